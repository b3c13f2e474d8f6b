/**
 * What one run may hold. Asked by decide, which ends a run that goes beyond, and by checkpoint, which refuses.
 * See docs/operations.md#limits.
 */
import type { RunRecord } from "../../domain/run/run.ts";
import type { StepRecord } from "../../domain/run/step.ts";
import type { EngineLimits } from "./limits.ts";

/** A run whose app saves steps while its call goes on is replayed less often, and so may have more of them. */
const checkpointedFactor = 10;
const stepsMax = 10_000;

/** What is wrong with that many more steps; null when nothing is. */
export function tooManySteps(
  run: Pick<RunRecord, "stepCount" | "checkpointed">,
  more: number,
  limits: EngineLimits,
): string | null {
  const most = run.checkpointed ? Math.min(limits.stepsPerRun * checkpointedFactor, stepsMax) : limits.stepsPerRun;
  if (run.stepCount + more <= most) return null;
  return `A run has at most ${most} steps. Split the work over several runs, e.g. with step.sendEvent.`;
}

/** What is wrong with remembering these steps too; null when nothing is. */
export function tooMuchState(run: RunRecord, ends: readonly StepRecord[], limits: EngineLimits): string | null {
  const stateBytes = ends.reduce((sum, { memo }) => sum + Buffer.byteLength(memo ?? ""), run.stateBytes);
  if (stateBytes <= limits.runStateBytes) return null;
  return `The steps of this run returned ${stateBytes} bytes together, the most is ${limits.runStateBytes}. Store the data elsewhere and return references to it.`;
}
