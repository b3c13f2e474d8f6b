/** Runs: writes for commit.ts, reads for open-store.ts. */
import type { EndedStatus, RunRecord, RunStatus } from "../../domain/run.ts";
import type { RunPatch } from "../../domain/transition.ts";
import type { RunFilter } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { whereAll } from "./where.ts";

const idempotencyWindowMs = 24 * 60 * 60 * 1000;

interface RunRow {
  id: string;
  function_id: string;
  status: RunStatus;
  event_ids: string;
  idempotency_key: string | null;
  cron: string | null;
  queued_at: number;
  started_at: number | null;
  ended_at: number | null;
  output: string | null;
  request_version: number;
  force_plan: number;
  checkpointed: number;
  step_count: number;
  pending_count: number;
  state_bytes: number;
  rank: number;
  slots: string;
  parent_run_id: string | null;
  parent_step_id: string | null;
  original_run_id: string | null;
  step_inputs: string | null;
  finish_timeout_ms: number | null;
  reason: string | null;
}

/** What changes on a run while its steps are written. */
export interface RunCounters {
  stepCount: number;
  pendingCount: number;
  /** Of those that are pending, steps of a race. */
  racingCount: number;
  stateBytes: number;
}

/** False when a run with this id is there already. */
export function insertRun(database: Database, run: RunRecord): boolean {
  const inserted = database.run(
    `INSERT INTO runs (id, function_id, status, event_ids, idempotency_key, cron, queued_at, started_at, ended_at,
      output, request_version, force_plan, step_count, pending_count, state_bytes, rank, slots, parent_run_id,
      parent_step_id, original_run_id, step_inputs, finish_timeout_ms, reason, checkpointed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
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
  );
  if (inserted === 0) return false;
  for (const eventId of run.eventIds) {
    database.run("INSERT OR IGNORE INTO run_events (event_id, run_id) VALUES (?, ?)", eventId, run.id);
  }
  return true;
}

/** Whether a run with this key was queued less than 24 hours before or after `queuedAt`. */
export function isKeyUsed(database: Database, idempotencyKey: string, queuedAt: number): boolean {
  const found = database.get(
    "SELECT 1 FROM runs WHERE idempotency_key = ? AND queued_at > ? AND queued_at < ? LIMIT 1",
    idempotencyKey,
    queuedAt - idempotencyWindowMs,
    queuedAt + idempotencyWindowMs,
  );
  return found !== undefined;
}

/** A run that has started or ended stays as it is. */
export function markRunning(database: Database, runId: string, startedAt: number): void {
  database.run(
    "UPDATE runs SET status = 'Running', started_at = ? WHERE id = ? AND status = 'Queued'",
    startedAt,
    runId,
  );
}

/** Null when there is no such run or it has ended. */
export function getOpenCounters(database: Database, runId: string): RunCounters | null {
  const row = database.get<RunCounters>(
    `SELECT step_count AS stepCount, pending_count AS pendingCount, racing_count AS racingCount, state_bytes AS stateBytes
    FROM runs WHERE id = ? AND status IN ('Queued', 'Running')`,
    runId,
  );
  return row ?? null;
}

export function updateCounters(database: Database, runId: string, counters: RunCounters): void {
  database.run(
    "UPDATE runs SET step_count = ?, pending_count = ?, racing_count = ?, state_bytes = ? WHERE id = ?",
    counters.stepCount,
    counters.pendingCount,
    counters.racingCount,
    counters.stateBytes,
    runId,
  );
}

/** Undefined leaves as it is. */
export function patchRun(database: Database, patch: RunPatch): void {
  const { runId, requestVersion, forcePlan, checkpointed } = patch;
  if (requestVersion === undefined && forcePlan === undefined && checkpointed === undefined) return;
  database.run(
    `UPDATE runs SET request_version = coalesce(?, request_version), force_plan = coalesce(?, force_plan),
      checkpointed = coalesce(?, checkpointed) WHERE id = ?`,
    requestVersion ?? null,
    forcePlan === undefined ? null : Number(forcePlan),
    checkpointed === undefined ? null : 1,
    runId,
  );
}

/** Returns the run that it repeats; null for none. */
export function endRun(
  database: Database,
  runId: string,
  end: { status: EndedStatus; endedAt: number; output: string | null; reason?: string | null },
): string | null {
  const row = database.get<{ original_run_id: string | null }>(
    `UPDATE runs SET status = ?, ended_at = ?, output = ?, reason = coalesce(?, reason) WHERE id = ?
    RETURNING original_run_id`,
    end.status,
    end.endedAt,
    end.output,
    end.reason ?? null,
    runId,
  );
  return row?.original_run_id ?? null;
}

export function getRun(database: Database, runId: string): RunRecord | null {
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

function toRun(row: RunRow): RunRecord {
  return {
    id: row.id,
    functionId: row.function_id,
    status: row.status,
    eventIds: JSON.parse(row.event_ids) as string[],
    idempotencyKey: row.idempotency_key,
    cron: row.cron,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    output: row.output,
    requestVersion: row.request_version,
    forcePlan: row.force_plan === 1,
    checkpointed: row.checkpointed === 1,
    stepCount: row.step_count,
    pendingCount: row.pending_count,
    stateBytes: row.state_bytes,
    rank: row.rank,
    slots: row.slots === "[]" ? [] : (JSON.parse(row.slots) as RunRecord["slots"]),
    parent:
      row.parent_run_id === null || row.parent_step_id === null
        ? null
        : { runId: row.parent_run_id, stepId: row.parent_step_id },
    originalRunId: row.original_run_id,
    stepInputs: row.step_inputs,
    finishTimeoutMs: row.finish_timeout_ms,
    reason: row.reason,
  };
}
