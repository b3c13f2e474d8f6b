/** Steps: planned and ended, each once. Called by apply-transition.ts and admission/starts.ts. */
import type { Opcode } from "stepwell/protocol";
import type { StepOutcome } from "../domain/metrics/tally.ts";
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

/** For a run that is open: the step gets its next position. One that has ended already stays as it is: false. */
export function endStep(set: WorkingSet, run: RunRow, step: StepRecord): boolean {
  const position = run.stepCount + 1;
  const known = knownStep(set, run, step);
  if (known?.isEnded) return false;
  if (known === null) add(set, run, step, position);
  else set.steps.end({ runId: step.runId, id: step.id }, endedFields(step, position));
  set.runs.change(run.id, {
    stepCount: position,
    stateBytes: run.stateBytes + Buffer.byteLength(step.memo ?? ""),
    pendingCount: run.pendingCount - (known === null ? 0 : 1),
    racingCount: run.racingCount - (known?.race === true ? 1 : 0),
  });
  return true;
}

/** Cancels those that have not ended. They get no position: the run remembers nothing of them. */
export function cancelSteps(set: WorkingSet, { id: runId, functionId }: RunRow, endedAt: number): void {
  for (const id of set.steps.pendingOf(runId)) {
    set.steps.end({ runId, id }, { status: "Cancelled", endedAt });
    set.tallies.push({ kind: "step-ended", functionId, status: "Cancelled", stepMs: null });
  }
}

/** Opcodes of steps in which something is done, rather than waited for. */
const working: ReadonlySet<Opcode> = new Set(["Step", "StepRun", "StepError", "StepFailed", "Gateway", "AIGateway"]);

/** A step that has ended in this commit is counted. */
export function tallyStep(set: WorkingSet, { functionId }: RunRow, step: StepRecord): void {
  const { op, status, startedAt, endedAt } = step;
  const stepMs = !working.has(op) || startedAt === null || endedAt === null ? null : endedAt - startedAt;
  set.tallies.push({ kind: "step-ended", functionId, status: status as StepOutcome, stepMs });
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
