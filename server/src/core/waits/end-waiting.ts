/**
 * The end of a step that was asleep or waited: it is remembered, and the function called again. Called by wake and resume.
 *
 * Main file of the room `waits`. What a step waits for: events, signals, other runs, the time.
 */
import { noAdvice } from "../../domain/answer.ts";
import type { FunctionRecord } from "../../domain/app.ts";
import type { QueueItemOf } from "../../domain/queue/queue-item.ts";
import { isEnded, type RunRecord } from "../../domain/run/run.ts";
import type { StepRecord, StepStatus } from "../../domain/run/step.ts";
import type { Writes } from "../../domain/transition.ts";
import type { Execution } from "../../ports/store.ts";
import { checkState, createDraft, runOnly, toWrites } from "../call/decide.ts";
import { tellDecision } from "../call/tell.ts";
import { dropped, type Outcome } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { unknownFunction } from "../parts/unknown-function.ts";

type WaitingItem = QueueItemOf<"wake" | "resume">;

export interface WaitingStep {
  run: RunRecord;
  fn: FunctionRecord;
  step: StepRecord;
}

export interface StepOutcome {
  status: StepStatus;
  /** JSON text, see stored-json. */
  memo: string;
  /** Added to the step's detail. */
  detail?: Record<string, unknown>;
}

const waitingStatuses: ReadonlySet<StepStatus> = new Set<StepStatus>(["Sleeping", "Waiting", "Invoking"]);

/** What to do instead, when there is nothing left to end. */
export async function findWaiting(parts: Parts, item: WaitingItem): Promise<WaitingStep | { instead: Outcome }> {
  const [run, step] = await Promise.all([parts.store.getRun(item.runId), parts.store.getStep(item.runId, item.stepId)]);
  if (run === null || step === null || isEnded(run.status) || !waitingStatuses.has(step.status))
    return { instead: dropped };
  const fn = parts.registry.functionById(run.functionId);
  return fn === null ? { instead: unknownFunction(parts, item) } : { run, fn, step };
}

/** Of sleeps the item knows it, of waits the step. */
function isRaceStep(item: WaitingItem, detail: Record<string, unknown>): boolean {
  return (item.kind === "wake" && item.payload.isRace) || detail.parallelMode === "race";
}

/** A run that has become too much to remember ends, and for that its events are needed. */
async function executionOf(parts: Parts, run: RunRecord, memo: string): Promise<Execution> {
  if (run.stateBytes + Buffer.byteLength(memo) <= parts.limits.runStateBytes) return runOnly(run);
  return (await parts.store.loadExecution(run.id)) ?? runOnly(run);
}

/** `guard` is what else must hold, or is done with it. */
export async function endWaiting(
  parts: Parts,
  item: WaitingItem,
  { run, fn, step }: WaitingStep,
  outcome: StepOutcome,
  guard: Pick<Writes, "openWait" | "givesUp" | "waitTakes">,
): Promise<Outcome> {
  const now = parts.clock.now();
  const known = JSON.parse(step.detail ?? "{}") as Record<string, unknown>;
  const execution = await executionOf(parts, run, outcome.memo);
  const draft = createDraft(parts, { execution, fn, item, calledAt: now, now }, noAdvice);
  draft.ends.push({
    ...step,
    status: outcome.status,
    memo: outcome.memo,
    startedAt: step.queuedAt,
    endedAt: now,
    attempts: 1,
    detail: outcome.detail === undefined ? step.detail : JSON.stringify({ ...known, ...outcome.detail }),
  });
  draft.discover = true;
  draft.discoverNow = isRaceStep(item, known);
  checkState(draft);
  const writes = toWrites(parts, draft, run.requestVersion, null);
  const waitTakes = [...(writes.waitTakes ?? []), ...(guard.waitTakes ?? [])];
  return {
    writes: { ...writes, ...guard, ...(waitTakes.length > 0 && { waitTakes }) },
    tell: () => tellDecision(parts, draft),
  };
}
