/** Runs: their table for writer.ts, reads for open-store.ts. */
import type { RunRecord } from "../../../domain/run/run.ts";
import type { RunFilter } from "../../../ports/store.ts";
import type { NewRun } from "../../../rules/changes.ts";
import { type RunRow, toRun } from "../../records/runs.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";
import { whereAll } from "./where.ts";

/** A run as it is written. */
export interface RunColumns extends Omit<NewRun, "parent"> {
  parentRunId: string | null;
  parentStepId: string | null;
  metadataBytes: number;
}

export const runTable: Table<RunColumns> = {
  name: "runs",
  key: ["id"],
  columns: {
    id: { name: "id", type: "text" },
    version: { name: "version", type: "bigint" },
    functionId: { name: "function_id", type: "text" },
    status: { name: "status", type: "text" },
    eventIds: { name: "event_ids", type: "text", encode: (ids) => JSON.stringify(ids) },
    idempotencyKey: { name: "idempotency_key", type: "text" },
    singletonKey: { name: "singleton_key", type: "text" },
    cron: { name: "cron", type: "text" },
    queuedAt: { name: "queued_at", type: "bigint" },
    startedAt: { name: "started_at", type: "bigint" },
    endedAt: { name: "ended_at", type: "bigint" },
    output: { name: "output", type: "text" },
    requestVersion: { name: "request_version", type: "integer" },
    forcePlan: { name: "force_plan", type: "boolean" },
    checkpointed: { name: "checkpointed", type: "boolean" },
    stepCount: { name: "step_count", type: "integer" },
    pendingCount: { name: "pending_count", type: "integer" },
    racingCount: { name: "racing_count", type: "integer" },
    stateBytes: { name: "state_bytes", type: "bigint" },
    metadataBytes: { name: "metadata_bytes", type: "bigint" },
    logLines: { name: "log_lines", type: "integer" },
    logBytes: { name: "log_bytes", type: "bigint" },
    logsLeftOut: { name: "logs_left_out", type: "bigint" },
    rank: { name: "rank", type: "bigint" },
    slots: { name: "slots", type: "text", encode: (slots) => JSON.stringify(slots) },
    parentRunId: { name: "parent_run_id", type: "text" },
    parentStepId: { name: "parent_step_id", type: "text" },
    originalRunId: { name: "original_run_id", type: "text" },
    stepInputs: { name: "step_inputs", type: "text" },
    finishTimeoutMs: { name: "finish_timeout_ms", type: "bigint" },
    reason: { name: "reason", type: "text" },
  },
};

export function toRunColumns({ parent, ...run }: NewRun): RunColumns {
  return { ...run, parentRunId: parent?.runId ?? null, parentStepId: parent?.stepId ?? null };
}

export interface RunEvent {
  eventId: string;
  runId: string;
}

export const runEventTable: Table<RunEvent> = {
  name: "run_events",
  key: ["eventId", "runId"],
  columns: { eventId: { name: "event_id", type: "text" }, runId: { name: "run_id", type: "text" } },
};

const columns = `id, version, function_id, status, event_ids, idempotency_key, cron, queued_at, started_at, ended_at, output,
  request_version, force_plan, checkpointed, step_count, pending_count, state_bytes, rank, slots, parent_run_id,
  parent_step_id, original_run_id, step_inputs, finish_timeout_ms, reason`;

/** `$2`: their ids. */
export const selectRuns: string = `SELECT ${columns} FROM stepwell.runs WHERE ns = $1 AND id = ANY($2::text[])`;

/** In the order of the ids; null where there is no such run. */
export async function getRuns(database: Database, runIds: readonly string[]): Promise<(RunRecord | null)[]> {
  const rows = await database.all<RunRow>(selectRuns, runIds);
  const found = new Map(rows.map((row) => [row.id, toRun(row)]));
  return runIds.map((id) => found.get(id) ?? null);
}

/** The newest one. */
export async function findRunByKey(database: Database, idempotencyKey: string): Promise<RunRecord | null> {
  const row = await database.get<RunRow>(
    `SELECT ${columns} FROM stepwell.runs WHERE ns = $1 AND idempotency_key = $2 ORDER BY queued_at DESC LIMIT 1`,
    idempotencyKey,
  );
  return row === undefined ? null : toRun(row);
}

const timeColumns = { queuedAt: "queued_at", startedAt: "started_at", endedAt: "ended_at" } as const;

export async function listRuns(database: Database, filter: RunFilter): Promise<RunRecord[]> {
  const oldest = filter.order === "oldest";
  const time = filter.time === undefined ? "queued_at" : timeColumns[filter.time.field];
  const { clause, values } = whereAll([
    ["status = $", filter.status],
    ["function_id = $", filter.functionId],
    ["status = ANY($::text[])", filter.statuses],
    ["function_id = ANY($::text[])", filter.functionIds],
    [`${time} >= $`, filter.time?.from],
    [`${time} < $`, filter.time?.until],
    [oldest ? "id > $" : "id < $", filter.cursor],
    ["id < $", filter.before],
  ]);
  const order = oldest ? "ASC" : "DESC";
  const rows = await database.all<RunRow>(
    `SELECT ${columns} FROM stepwell.runs ${clause}ORDER BY id ${order} LIMIT $${values.length + 2}`,
    ...values,
    filter.limit,
  );
  return rows.map(toRun);
}

/** Oldest first. */
export async function listRunsOfEvent(database: Database, internalId: string): Promise<RunRecord[]> {
  const rows = await database.all<RunRow>(
    `SELECT ${columns} FROM stepwell.runs WHERE ns = $1
      AND id IN (SELECT run_id FROM stepwell.run_events WHERE ns = $1 AND event_id = $2) ORDER BY id`,
    internalId,
  );
  return rows.map(toRun);
}
