/** Steps: planned and ended, each once. Called by apply-transition.ts and admission/starts.ts. */
import type { StepRecord } from "../domain/run/step.ts";
import type { RunRow, StepRow } from "./rows.ts";
import type { WorkingSet } from "./working-set.ts";

/** For a run that is open. False when it knows the step, pending or ended. */
export function planStep(set: WorkingSet, run: RunRow, step: StepRecord): boolean {
  if (knownStep(set, run, step) !== null) return false;
  add(set, run, step, null);
  const racingCount = run.racingCount + (step.race === true ? 1 : 0);
  set.runs.change(run.id, { pendingCount: run.pendingCount + 1, racingCount });
  return true;
}

/** For a run that is open: the step gets its next position. One that has ended already stays as it is. */
export function endStep(set: WorkingSet, run: RunRow, step: StepRecord): void {
  const position = run.stepCount + 1;
  const known = knownStep(set, run, step);
  if (known?.isEnded) return;
  if (known === null) add(set, run, step, position);
  else set.steps.end({ runId: step.runId, id: step.id }, endedFields(step, position));
  set.runs.change(run.id, {
    stepCount: position,
    stateBytes: run.stateBytes + Buffer.byteLength(step.memo ?? ""),
    pendingCount: run.pendingCount - (known === null ? 0 : 1),
    racingCount: run.racingCount - (known?.race === true ? 1 : 0),
  });
}

/** Cancels those that have not ended. They get no position: the run remembers nothing of them. */
export function cancelSteps(set: WorkingSet, runId: string, endedAt: number): void {
  for (const id of set.steps.pendingOf(runId)) set.steps.end({ runId, id }, { status: "Cancelled", endedAt });
}

/** Most steps end without having been planned: while nothing is pending, a step that is there already is an exception. */
function knownStep(set: WorkingSet, run: RunRow, { runId, id }: StepRecord): StepRow | null {
  const key = { runId, id };
  return run.pendingCount === 0 && !set.steps.has(key) ? null : set.steps.get(key);
}

function add(set: WorkingSet, run: RunRow, step: StepRecord, position: number | null): void {
  set.steps.add({ ...step, position, sequence: run.stepCount + run.pendingCount + 1 });
}

/** A name that is no more than the step's id, and what is not known of it, leave what was known before. */
function endedFields(step: StepRecord, position: number) {
  const { displayName, detail, op, status, memo, attempts, queuedAt, startedAt, endedAt, wakesAt } = step;
  return {
    ...(displayName !== step.id && { displayName }),
    ...(detail !== null && { detail }),
    ...{ op, status, memo, position, attempts, queuedAt, startedAt, endedAt, wakesAt },
  };
}
