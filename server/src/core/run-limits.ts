/**
 * What one run may hold. Asked by decide, which ends a run that goes beyond, and by checkpoint, which refuses.
 * Source: reference/server.md §8.
 */
import type { RunRecord } from "../domain/run.ts";
import type { StepRecord } from "../domain/step.ts";
import type { EngineLimits } from "./limits.ts";

/** What is wrong with that many more steps; null when nothing is. */
export function tooManySteps(run: RunRecord, more: number, limits: EngineLimits): string | null {
  if (run.stepCount + more <= limits.stepsPerRun) return null;
  return `A run has at most ${limits.stepsPerRun} steps. Split the work over several runs, e.g. with step.sendEvent.`;
}

/** What is wrong with remembering these steps too; null when nothing is. */
export function tooMuchState(run: RunRecord, ends: readonly StepRecord[], limits: EngineLimits): string | null {
  const stateBytes = ends.reduce((sum, { memo }) => sum + Buffer.byteLength(memo ?? ""), run.stateBytes);
  if (stateBytes <= limits.runStateBytes) return null;
  return `The steps of this run returned ${stateBytes} bytes together, the most is ${limits.runStateBytes}. Store the data elsewhere and return references to it.`;
}
