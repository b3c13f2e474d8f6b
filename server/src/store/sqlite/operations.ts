/** What operators change: dead letters, schedules, bulk jobs. Called by commit.ts. */
import type { Transition } from "../../domain/transition.ts";
import { advanceBulkJob, insertBulkJob, stopBulkJob } from "./bulk-jobs.ts";
import type { Database } from "./database.ts";
import { takeDeadLetter } from "./dead-letters.ts";
import { putSchedule, removeSchedule } from "./schedules.ts";

export function writeOperations(database: Database, transition: Transition): void {
  for (const runId of transition.dropDeadLetters ?? []) takeDeadLetter(database, runId);
  if (transition.schedule !== undefined) putSchedule(database, transition.schedule);
  if (transition.removeSchedule !== undefined) removeSchedule(database, transition.removeSchedule);
  if (transition.bulkJob !== undefined) insertBulkJob(database, transition.bulkJob);
  if (transition.bulkProgress !== undefined) advanceBulkJob(database, transition.bulkProgress);
  if (transition.stopBulkJob !== undefined) stopBulkJob(database, transition.stopBulkJob.id, transition.stopBulkJob.at);
}
