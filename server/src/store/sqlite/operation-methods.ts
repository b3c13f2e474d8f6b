/** The part of the store that operators ask: dead letters, metadata, logs, schedules, bulk jobs, room. Called by open-store.ts. */
import type { OperationMethods } from "../records/operation-methods.ts";
import type { Database } from "./database.ts";
import { sweepBatch } from "./retention.ts";
import { compactDatabase, getStorage, getUsedBytes } from "./stats.ts";
import { getBulkJob, listBulkJobs } from "./tables/bulk-jobs.ts";
import { getDeadLetter, listDeadLetters } from "./tables/dead-letters.ts";
import { listOutages } from "./tables/queue.ts";
import { addRollups, listBacklog, listRollups, sweepRollups } from "./tables/rollups.ts";
import { listLogs } from "./tables/run-logs.ts";
import { listMetadata } from "./tables/run-metadata.ts";
import { getSchedule, listSchedules } from "./tables/schedules.ts";

type Run = <T>(work: () => T) => Promise<T>;

/** `read` runs at once, `write` in the next group's transaction. `directory`: null in memory. */
export function operationMethods(
  database: Database,
  read: Run,
  write: Run,
  directory: string | null,
): OperationMethods {
  return {
    getDeadLetter: (runId) => read(() => getDeadLetter(database, runId)),
    listDeadLetters: (filter) => read(() => listDeadLetters(database, filter)),
    listMetadata: (runId) => read(() => listMetadata(database, runId)),
    listLogs: (filter) => read(() => listLogs(database, filter)),
    getSchedule: (id) => read(() => getSchedule(database, id)),
    listSchedules: () => read(() => listSchedules(database)),
    getBulkJob: (id) => read(() => getBulkJob(database, id)),
    listBulkJobs: (kind) => read(() => listBulkJobs(database, kind)),
    addRollups: (batch) => write(() => addRollups(database, batch)),
    sweepRollups: (before) => write(() => sweepRollups(database, before)),
    listRollups: (filter) => read(() => listRollups(database, filter)),
    listOutages: () => read(() => listOutages(database)),
    listBacklog: () => read(() => listBacklog(database)),
    sweep: (request) => write(() => sweepBatch(database, request)),
    compact: (bytes) => write(() => compactDatabase(database, bytes)),
    usedBytes: () => read(() => getUsedBytes(database)),
    storage: () => read(() => getStorage(database, directory)),
  };
}
