/** Steps and failed attempts: what rules read and write of them, and reads for open-store.ts. */
import type { AttemptRecord, StepRecord } from "../../../domain/run/step.ts";
import type { Changes, NewStep, StepFields } from "../../../rules/changes.ts";
import type { Source } from "../../../rules/source.ts";
import { type AttemptRow, type StepRow, toAttempt, toStep } from "../../records/steps.ts";
import { countRows } from "../commit/counts.ts";
import { memoryOf } from "../commit/memory.ts";
import type { Database } from "../database.ts";
import { createUpdate, plain } from "./row-update.ts";

type StepReads = Pick<Source, "hasStep" | "step" | "pendingSteps">;

/** `isSure`: whether to look for rows that are new almost always. */
export function stepReads(database: Database, isSure: boolean): StepReads {
  return {
    hasStep: ({ runId, id }) => {
      const known = memoryOf(database).hot.step({ runId, id });
      if (known !== undefined) return known !== null;
      return isSure && database.get("SELECT 1 FROM steps WHERE run_id = ? AND id = ?", runId, id) !== undefined;
    },
    step: ({ runId, id }) => {
      const known = memoryOf(database).hot.step({ runId, id });
      if (known !== undefined) return known;
      const row = database.get<{ ended: number; race: number }>(
        "SELECT ended_at IS NOT NULL OR position IS NOT NULL AS ended, race FROM steps WHERE run_id = ? AND id = ?",
        runId,
        id,
      );
      return row === undefined ? null : { isEnded: row.ended === 1, race: row.race === 1 };
    },
    pendingSteps: ({ runId }) => listPendingSteps(database, runId),
  };
}

const update = createUpdate<StepFields>("steps", ["run_id", "id"], {
  displayName: plain("display_name"),
  op: plain("op"),
  status: plain("status"),
  memo: plain("memo"),
  position: plain("position"),
  attempts: plain("attempts"),
  queuedAt: plain("queued_at"),
  startedAt: plain("started_at"),
  endedAt: plain("ended_at"),
  wakesAt: plain("wakes_at"),
  detail: plain("detail"),
});

export function writeSteps(database: Database, { changed, added }: Changes["steps"]): void {
  for (const { key, fields } of changed) update(database, fields, key.runId, key.id);
  for (const step of added) insertStep(database, step);
  countRows(database, "steps", added.length);
}

function insertStep(database: Database, step: NewStep): void {
  database.run(
    `INSERT INTO steps (run_id, id, display_name, op, status, memo, position, sequence, attempts, queued_at, started_at,
      ended_at, wakes_at, detail, race) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    step.runId,
    step.id,
    step.displayName,
    step.op,
    step.status,
    step.memo,
    step.position,
    step.sequence,
    step.attempts,
    step.queuedAt,
    step.startedAt,
    step.endedAt,
    step.wakesAt,
    step.detail,
    step.race ? 1 : 0,
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

export function writeAttempts(database: Database, attempts: readonly AttemptRecord[]): void {
  for (const attempt of attempts) {
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
}

/** As they were written. */
export function listAttempts(database: Database, runId: string): AttemptRecord[] {
  return database.all<AttemptRow>("SELECT * FROM attempts WHERE run_id = ? ORDER BY number", runId).map(toAttempt);
}
