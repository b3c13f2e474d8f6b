/**
 * Ends a run. Called by apply-transition.ts when a transition ends it, and by admission/singletons.ts when a new run takes its
 * place. No other file may remove the items, waits and slots of a run that ends.
 */
import { errorName } from "../domain/run/error-name.ts";
import type { RunPatch } from "../domain/transition.ts";
import type { RunRow } from "./rows.ts";
import { cancelSteps } from "./steps.ts";
import { releaseRunSlots, releaseSlotsOf } from "./turns/slots.ts";
import type { WorkingSet } from "./working-set.ts";

export type RunEnd = NonNullable<RunPatch["end"]>;

/** For a run that is open. */
export function closeRun(set: WorkingSet, runId: string, end: RunEnd): void {
  const run = set.runs.open(runId);
  if (run === null) return;
  const { status, endedAt, output, reason } = end;
  set.runs.change(runId, { status, endedAt, output, pendingCount: 0, ...(reason != null && { reason }) });
  tallyEnd(set, run, end);
  if (status === "Failed") addDeadLetter(set, runId, run.functionId, end);
  if (status === "Completed" && run.originalRunId !== null) settleDeadLetters(set, runId);
  if (run.pendingCount > 0) cancelSteps(set, run, endedAt);
  for (const item of set.items.ofRun(runId)) {
    set.items.remove(item.id);
    if (item.isLeased) releaseSlotsOf(set, item);
  }
  for (const id of set.waits.ofRun(runId)) set.waits.remove(id);
  releaseRunSlots(set, runId);
}

function tallyEnd(set: WorkingSet, { functionId, startedAt }: RunRow, { status, endedAt, output }: RunEnd): void {
  const runMs = startedAt === null ? null : endedAt - startedAt;
  const error = status === "Failed" ? errorName(output) : null;
  set.tallies.push({ kind: "run-ended", functionId, status, runMs, error });
}

function addDeadLetter(set: WorkingSet, runId: string, functionId: string, { endedAt, output }: RunEnd): void {
  if (set.operations.hasDeadLetter(runId)) return;
  set.tallies.push({ kind: "dead-letter", functionId });
  set.operations.addDeadLetter({ runId, functionId, failedAt: endedAt, error: output ?? "{}" });
}

/** Removes the dead letters of the runs that this one repeats. */
function settleDeadLetters(set: WorkingSet, runId: string): void {
  for (const repeated of set.runs.repeatedBy(runId)) set.operations.removeDeadLetter(repeated);
}
