/** Writes what a working set has changed. Called by commit.ts inside a transaction; must never decide. */
import type { Changes } from "../../../rules/changes.ts";
import type { Database } from "../database.ts";
import { writeApps } from "../tables/apps.ts";
import { writeBulkJobs } from "../tables/bulk-jobs.ts";
import { writeDeadLetters } from "../tables/dead-letters.ts";
import { writeEvents } from "../tables/events.ts";
import { writeGathered } from "../tables/gathered.ts";
import { writeLanes } from "../tables/lanes.ts";
import { writeOverrides } from "../tables/limit-overrides.ts";
import { writePauses } from "../tables/pauses.ts";
import { writeItems } from "../tables/queue.ts";
import { writeLimits } from "../tables/rate-limits.ts";
import { writeRefusals } from "../tables/refusals.ts";
import { writeLogs } from "../tables/run-logs.ts";
import { writeMetadata } from "../tables/run-metadata.ts";
import { writeRuns } from "../tables/runs.ts";
import { writeSchedules } from "../tables/schedules.ts";
import { writeSlots } from "../tables/slots.ts";
import { writeAttempts, writeSteps } from "../tables/steps.ts";
import { writeWaits } from "../tables/waits.ts";
import { memoryOf } from "./memory.ts";

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
  writeOverrides(database, changes.limitOverrides);
  writeSchedules(database, changes.schedules);
  writeBulkJobs(database, changes.bulkJobs);
  const memory = memoryOf(database);
  memory.hot.adopt(changes);
  memory.virtualTime = changes.virtualTime;
}
