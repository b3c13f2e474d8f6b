/** The part of the store that operators ask: dead letters, metadata, logs, schedules, bulk jobs, room. Called by open-store.ts. */
import type { OperationMethods } from "../records/operation-methods.ts";
import type { Database } from "./database.ts";
import { sweepBatch } from "./retention.ts";
import { getStorage, getUsedBytes } from "./stats.ts";
import { getBulkJob, listBulkJobs } from "./tables/bulk-jobs.ts";
import { getDeadLetter, listDeadLetters } from "./tables/dead-letters.ts";
import { listOutages } from "./tables/queue.ts";
import { addRollups, listBacklog, listRollups, sweepRollups } from "./tables/rollups.ts";
import { listLogs } from "./tables/run-logs.ts";
import { listMetadata } from "./tables/run-metadata.ts";
import { getSchedule, listSchedules } from "./tables/schedules.ts";
import type { Connections } from "./wire/connections.ts";

/** `run` turns errors into those of the engine. */
export function operationMethods(
  database: Database,
  connections: Connections,
  run: <T>(work: () => Promise<T>) => Promise<T>,
): OperationMethods {
  return {
    getDeadLetter: (runId) => run(() => getDeadLetter(database, runId)),
    listDeadLetters: (filter) => run(() => listDeadLetters(database, filter)),
    listMetadata: (runId) => run(() => listMetadata(database, runId)),
    listLogs: (filter) => run(() => listLogs(database, filter)),
    getSchedule: (id) => run(() => getSchedule(database, id)),
    listSchedules: () => run(() => listSchedules(database)),
    getBulkJob: (id) => run(() => getBulkJob(database, id)),
    listBulkJobs: (kind) => run(() => listBulkJobs(database, kind)),
    addRollups: (batch) => run(() => addRollups(database, connections, batch)),
    sweepRollups: (before) => run(() => sweepRollups(database, before)),
    listRollups: (filter) => run(() => listRollups(database, filter)),
    listOutages: () => run(() => listOutages(database)),
    listBacklog: () => run(() => listBacklog(database)),
    sweep: (request) => run(() => sweepBatch(connections, database.ns, request)),
    // Autovacuum gives room back, and nobody else should.
    compact: () => run(async () => 0),
    usedBytes: () => run(() => getUsedBytes(database)),
    storage: () => run(() => getStorage(database)),
  };
}
