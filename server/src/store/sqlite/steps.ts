/** Steps and failed attempts: writes for commit.ts, reads for open-store.ts. */
import type { AttemptRecord, StepRecord } from "../../domain/step.ts";
import type { Database } from "./database.ts";
import type { RunCounters } from "./runs.ts";

interface StepRow {
  run_id: string;
  id: string;
  display_name: string;
  op: StepRecord["op"];
  status: StepRecord["status"];
  memo: string | null;
  position: number | null;
  attempts: number;
  queued_at: number;
  started_at: number | null;
  ended_at: number | null;
  wakes_at: number | null;
  detail: string | null;
  race: number;
}

interface AttemptRow {
  run_id: string;
  step_id: string | null;
  display_name: string | null;
  attempt: number;
  started_at: number;
  ended_at: number;
  error: string;
  retry_at: number | null;
}

const insertSql = `INSERT INTO steps (run_id, id, display_name, op, status, memo, position, sequence, attempts,
  queued_at, started_at, ended_at, wakes_at, detail, race) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** False when the run knows the step, pending or ended. Counts it in `counters`. */
export function planStep(database: Database, step: StepRecord, counters: RunCounters): boolean {
  if (!writeStep(database, `${insertSql} ON CONFLICT (run_id, id) DO NOTHING`, step, null, counters)) return false;
  counters.pendingCount += 1;
  if (step.race) counters.racingCount += 1;
  return true;
}

/** Gives the step the run's next position. False when it has ended already. Counts it in `counters`. */
export function endStep(database: Database, step: StepRecord, counters: RunCounters): boolean {
  const position = counters.stepCount + 1;
  // Most steps end without having been planned; a pending one is there already.
  const isFirst =
    counters.pendingCount === 0 &&
    writeStep(database, `${insertSql} ON CONFLICT (run_id, id) DO NOTHING`, step, position, counters);
  if (!isFirst && !endKnownStep(database, step, position, counters)) return false;
  counters.stepCount = position;
  counters.stateBytes += Buffer.byteLength(step.memo ?? "");
  return true;
}

/** For a step that may be pending. False when it has ended already. */
function endKnownStep(database: Database, step: StepRecord, position: number, counters: RunCounters): boolean {
  const known = database.get<{ ended: number; race: number }>(
    "SELECT ended_at IS NOT NULL OR position IS NOT NULL AS ended, race FROM steps WHERE run_id = ? AND id = ?",
    step.runId,
    step.id,
  );
  if (known?.ended === 1) return false;
  if (known === undefined) writeStep(database, insertSql, step, position, counters);
  else replaceStep(database, step, position);
  if (known !== undefined) counters.pendingCount -= 1;
  if (known?.race === 1) counters.racingCount -= 1;
  return true;
}

function writeStep(
  database: Database,
  sql: string,
  step: StepRecord,
  position: number | null,
  counters: RunCounters,
): boolean {
  return (
    database.run(
      sql,
      step.runId,
      step.id,
      step.displayName,
      step.op,
      step.status,
      step.memo,
      position,
      counters.stepCount + counters.pendingCount + 1,
      step.attempts,
      step.queuedAt,
      step.startedAt,
      step.endedAt,
      step.wakesAt,
      step.detail,
      step.race ? 1 : 0,
    ) === 1
  );
}

function replaceStep(database: Database, step: StepRecord, position: number): void {
  database.run(
    `UPDATE steps SET display_name = CASE ?1 WHEN id THEN display_name ELSE ?1 END, op = ?, status = ?, memo = ?, position = ?, attempts = ?,
      queued_at = ?, started_at = ?, ended_at = ?, wakes_at = ?, detail = coalesce(?, detail)
    WHERE run_id = ? AND id = ?`,
    step.displayName,
    step.op,
    step.status,
    step.memo,
    position,
    step.attempts,
    step.queuedAt,
    step.startedAt,
    step.endedAt,
    step.wakesAt,
    step.detail,
    step.runId,
    step.id,
  );
}

/** Cancels the steps of a run that have not ended. They get no position: the run remembers nothing of them. */
export function cancelSteps(database: Database, runId: string, endedAt: number): void {
  database.run(
    "UPDATE steps SET status = 'Cancelled', ended_at = ? WHERE run_id = ? AND position IS NULL",
    endedAt,
    runId,
  );
}

/** In the order in which they ended. */
export function listEndedSteps(database: Database, runId: string): StepRecord[] {
  return database
    .all<StepRow>("SELECT * FROM steps WHERE run_id = ? AND position IS NOT NULL ORDER BY position", runId)
    .map(toStep);
}

export function getStep(database: Database, runId: string, stepId: string): StepRecord | null {
  const row = database.get<StepRow>("SELECT * FROM steps WHERE run_id = ? AND id = ?", runId, stepId);
  return row === undefined ? null : toStep(row);
}

/** Ended ones in their order, then the others as they were planned. */
export function listSteps(database: Database, runId: string): StepRecord[] {
  return database
    .all<StepRow>("SELECT * FROM steps WHERE run_id = ? ORDER BY position IS NULL, position, sequence", runId)
    .map(toStep);
}

/** Ids of those that have not ended, as they were planned. */
export function listPendingSteps(database: Database, runId: string): string[] {
  return database
    .all<{ id: string }>("SELECT id FROM steps WHERE run_id = ? AND position IS NULL ORDER BY sequence", runId)
    .map(({ id }) => id);
}

export function insertAttempt(database: Database, attempt: AttemptRecord): void {
  database.run(
    `INSERT INTO attempts (run_id, step_id, display_name, attempt, started_at, ended_at, error, retry_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    attempt.runId,
    attempt.stepId,
    attempt.displayName,
    attempt.attempt,
    attempt.startedAt,
    attempt.endedAt,
    attempt.error,
    attempt.retryAt,
  );
}

/** As they were written. */
export function listAttempts(database: Database, runId: string): AttemptRecord[] {
  return database.all<AttemptRow>("SELECT * FROM attempts WHERE run_id = ? ORDER BY number", runId).map((row) => ({
    runId: row.run_id,
    stepId: row.step_id,
    displayName: row.display_name,
    attempt: row.attempt,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    error: row.error,
    retryAt: row.retry_at,
  }));
}

function toStep(row: StepRow): StepRecord {
  return {
    runId: row.run_id,
    id: row.id,
    displayName: row.display_name,
    op: row.op,
    status: row.status,
    memo: row.memo,
    position: row.position,
    attempts: row.attempts,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    wakesAt: row.wakes_at,
    detail: row.detail,
    ...(row.race === 1 && { race: true }),
  };
}
