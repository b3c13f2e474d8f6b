/** Writes what a working set has changed. Called by commit.ts inside a transaction; must never decide. */
import type { Changes } from "../../rules/changes.ts";
import { writeApps } from "./apps.ts";
import { writeBulkJobs } from "./bulk-jobs.ts";
import type { Database } from "./database.ts";
import { writeDeadLetters } from "./dead-letters.ts";
import { writeEvents } from "./events.ts";
import { writeGathered } from "./gathered.ts";
import { writeLanes } from "./lanes.ts";
import { memoryOf } from "./memory.ts";
import { writePauses } from "./pauses.ts";
import { writeItems } from "./queue.ts";
import { writeLimits } from "./rate-limits.ts";
import { writeRefusals } from "./refusals.ts";
import { writeLogs } from "./run-logs.ts";
import { writeMetadata } from "./run-metadata.ts";
import { writeRuns } from "./runs.ts";
import { writeSchedules } from "./schedules.ts";
import { writeSlots } from "./slots.ts";
import { writeAttempts, writeSteps } from "./steps.ts";
import { writeWaits } from "./waits.ts";

/** @throws the driver's error, for a key that is there already among others; the caller undoes the transaction. */
export function writeChanges(database: Database, changes: Changes): void {
  writeEvents(database, changes.events);
  writeRefusals(database, changes.refusals);
  writeRuns(database, changes.runs);
  writeSteps(database, changes.steps);
  writeAttempts(database, changes.attempts);
  writeItems(database, changes.items);
  writeLanes(database, changes.lanes);
  writeSlots(database, changes);
  writeLimits(database, changes);
  writeGathered(database, changes);
  writeWaits(database, changes);
  writeDeadLetters(database, changes.deadLetters);
  writeMetadata(database, changes.metadata);
  writeLogs(database, changes.logs);
  writeApps(database, changes);
  writePauses(database, changes.pauses);
  writeSchedules(database, changes.schedules);
  writeBulkJobs(database, changes.bulkJobs);
  memoryOf(database).virtualTime = changes.virtualTime;
}
