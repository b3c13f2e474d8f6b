/** What operators change: dead letters, schedules, bulk jobs. Called by apply-transition.ts. */
import type { BulkProgress } from "../domain/bulk-job.ts";
import type { Transition } from "../domain/transition.ts";
import type { WorkingSet } from "./working-set.ts";

export function writeOperations(set: WorkingSet, transition: Transition): void {
  for (const runId of transition.dropDeadLetters ?? []) set.operations.removeDeadLetter(runId);
  if (transition.schedule !== undefined) set.operations.schedules.put(transition.schedule);
  if (transition.removeSchedule !== undefined) set.operations.schedules.remove(transition.removeSchedule);
  if (transition.bulkJob !== undefined) set.operations.addBulkJob(transition.bulkJob);
  if (transition.bulkProgress !== undefined) advanceBulkJob(set, transition.bulkProgress);
  if (transition.stopBulkJob !== undefined) stopBulkJob(set, transition.stopBulkJob);
}

/** A job that was stopped meanwhile stays stopped. */
function advanceBulkJob(set: WorkingSet, { id, cursor, matched, endedAt }: BulkProgress): void {
  const job = set.operations.bulkJob(id);
  if (job === null) return;
  set.operations.changeBulkJob(id, {
    cursor: cursor ?? job.cursor,
    matched: job.matched + matched,
    status: job.status === "Running" && endedAt !== null ? "Completed" : job.status,
    endedAt: job.endedAt ?? endedAt,
  });
}

function stopBulkJob(set: WorkingSet, { id, at }: { id: string; at: number }): void {
  if (set.operations.bulkJob(id)?.status === "Running")
    set.operations.changeBulkJob(id, { status: "Stopped", endedAt: at });
}
