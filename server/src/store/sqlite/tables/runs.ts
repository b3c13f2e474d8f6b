/** Runs: what rules read and write of them, and reads for open-store.ts. */
import { isEnded, type RunRecord } from "../../../domain/run/run.ts";
import type { RunFilter } from "../../../ports/store.ts";
import type { Changes, NewRun, RunFields } from "../../../rules/changes.ts";
import type { RunRow as OpenRunRow, SingletonHolder } from "../../../rules/rows.ts";
import type { Source } from "../../../rules/source.ts";
import { type RunRow, toRun } from "../../records/runs.ts";
import { countRows } from "../commit/counts.ts";
import { memoryOf } from "../commit/memory.ts";
import type { Database } from "../database.ts";
import { createUpdate, flag, plain } from "./row-update.ts";
import { whereAll } from "./where.ts";

type RunReads = Pick<Source, "run" | "hasRun" | "isKeyUsed" | "singletonHolder" | "repeatedRuns" | "metadataBytes">;

/** `isSure`: whether to look for rows that are new almost always. */
export function runReads(database: Database, isSure: boolean): RunReads {
  return {
    run: ({ id }) => {
      const known = memoryOf(database).hot.run(id);
      if (known !== undefined) return known;
      const row = database.get<OpenRunRow>(
        `SELECT version, function_id AS functionId, status, queued_at AS queuedAt, started_at AS startedAt, step_count AS stepCount, pending_count AS pendingCount,
          racing_count AS racingCount, state_bytes AS stateBytes, original_run_id AS originalRunId FROM runs WHERE id = ?`,
        id,
      );
      if (row === undefined) return null;
      row.id = id;
      return row;
    },
    hasRun: ({ id }) => isSure && database.get("SELECT 1 FROM runs WHERE id = ?", id) !== undefined,
    isKeyUsed: ({ key, after, before }) =>
      database.get(
        "SELECT 1 FROM runs WHERE idempotency_key = ? AND queued_at > ? AND queued_at < ? LIMIT 1",
        key,
        after,
        before,
      ) !== undefined,
    singletonHolder: ({ key }) =>
      database.get<SingletonHolder>(
        "SELECT id, function_id AS functionId FROM runs WHERE singleton_key = ? AND singleton_key IS NOT NULL AND ended_at IS NULL",
        key,
      ) ?? null,
    repeatedRuns: ({ runId }) =>
      database
        .all<{ id: string }>(
          `WITH RECURSIVE repeated(id) AS (
            SELECT original_run_id FROM runs WHERE id = ? AND original_run_id IS NOT NULL
            UNION SELECT original_run_id FROM runs JOIN repeated USING (id) WHERE original_run_id IS NOT NULL
          ) SELECT id FROM repeated`,
          runId,
        )
        .map(({ id }) => id),
    metadataBytes: ({ runId }) =>
      database.get<{ bytes: number }>("SELECT metadata_bytes AS bytes FROM runs WHERE id = ?", runId)?.bytes ?? null,
  };
}

const update = createUpdate<RunFields>("runs", ["id"], {
  version: plain("version"),
  status: plain("status"),
  stepCount: plain("step_count"),
  pendingCount: plain("pending_count"),
  racingCount: plain("racing_count"),
  stateBytes: plain("state_bytes"),
  startedAt: plain("started_at"),
  endedAt: plain("ended_at"),
  output: plain("output"),
  reason: plain("reason"),
  requestVersion: plain("request_version"),
  forcePlan: flag("force_plan"),
  checkpointed: flag("checkpointed"),
  metadataBytes: plain("metadata_bytes"),
  logLines: plain("log_lines"),
  logBytes: plain("log_bytes"),
  logsLeftOut: plain("logs_left_out"),
});

export function writeRuns(database: Database, { changed, added }: Changes["runs"]): void {
  for (const { key, fields } of changed) update(database, fields, key);
  for (const run of added) insertRun(database, run);
  const ended = changed.filter(({ fields }) => fields.status !== undefined && isEnded(fields.status)).length;
  countRows(database, "runs", added.length);
  countRows(database, "openRuns", added.filter(({ status }) => !isEnded(status)).length - ended);
}

function insertRun(database: Database, run: NewRun): void {
  database.run(
    `INSERT INTO runs (id, function_id, status, event_ids, idempotency_key, cron, queued_at, started_at, ended_at,
      output, request_version, force_plan, step_count, pending_count, racing_count, state_bytes, rank, slots, parent_run_id,
      parent_step_id, original_run_id, step_inputs, finish_timeout_ms, reason, checkpointed, metadata_bytes, log_lines, log_bytes,
      logs_left_out, singleton_key, version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    run.id,
    run.functionId,
    run.status,
    JSON.stringify(run.eventIds),
    run.idempotencyKey,
    run.cron,
    run.queuedAt,
    run.startedAt,
    run.endedAt,
    run.output,
    run.requestVersion,
    run.forcePlan ? 1 : 0,
    run.stepCount,
    run.pendingCount,
    run.racingCount,
    run.stateBytes,
    run.rank,
    JSON.stringify(run.slots),
    run.parent?.runId ?? null,
    run.parent?.stepId ?? null,
    run.originalRunId,
    run.stepInputs,
    run.finishTimeoutMs,
    run.reason,
    run.checkpointed ? 1 : 0,
    run.metadataBytes,
    run.logLines,
    run.logBytes,
    run.logsLeftOut,
    run.singletonKey,
    run.version,
  );
  for (const eventId of run.eventIds) {
    database.run("INSERT OR IGNORE INTO run_events (event_id, run_id) VALUES (?, ?)", eventId, run.id);
  }
}

export function getRun(database: Database, runId: string): RunRecord | null {
  const known = memoryOf(database).hot.record(runId);
  if (known !== undefined) return known;
  const row = database.get<RunRow>("SELECT * FROM runs WHERE id = ?", runId);
  return row === undefined ? null : toRun(row);
}

/** The newest one. */
export function findRunByKey(database: Database, idempotencyKey: string): RunRecord | null {
  const row = database.get<RunRow>(
    "SELECT * FROM runs WHERE idempotency_key = ? ORDER BY queued_at DESC LIMIT 1",
    idempotencyKey,
  );
  return row === undefined ? null : toRun(row);
}

const timeColumns = { queuedAt: "queued_at", startedAt: "started_at", endedAt: "ended_at" } as const;

export function listRuns(database: Database, filter: RunFilter): RunRecord[] {
  const oldest = filter.order === "oldest";
  const time = filter.time === undefined ? "queued_at" : timeColumns[filter.time.field];
  const { clause, values } = whereAll([
    ["status = ?", filter.status],
    ["function_id = ?", filter.functionId],
    ["status IN (SELECT value FROM json_each(?))", toJsonList(filter.statuses)],
    ["function_id IN (SELECT value FROM json_each(?))", toJsonList(filter.functionIds)],
    [`${time} >= ?`, filter.time?.from],
    [`${time} < ?`, filter.time?.until],
    [oldest ? "id > ?" : "id < ?", filter.cursor],
    ["id < ?", filter.before],
  ]);
  return database
    .all<RunRow>(`SELECT * FROM runs ${clause}ORDER BY id ${oldest ? "ASC" : "DESC"} LIMIT ?`, ...values, filter.limit)
    .map(toRun);
}

function toJsonList(list: readonly string[] | undefined): string | undefined {
  return list === undefined ? undefined : JSON.stringify(list);
}

/** Oldest first. */
export function listRunsOfEvent(database: Database, internalId: string): RunRecord[] {
  return database
    .all<RunRow>(
      "SELECT r.* FROM run_events AS e CROSS JOIN runs AS r ON r.id = e.run_id WHERE e.event_id = ? ORDER BY e.run_id",
      internalId,
    )
    .map(toRun);
}
