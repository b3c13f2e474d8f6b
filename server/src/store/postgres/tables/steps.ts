/** Steps and failed attempts: their tables for writer.ts, reads for open-store.ts. */
import type { AttemptRecord, StepRecord } from "../../../domain/run/step.ts";
import type { NewStep, StepKey } from "../../../rules/changes.ts";
import { type AttemptRow, type StepRow, toAttempt, toStep } from "../../records/steps.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";

export const stepTable: Table<NewStep> = {
  name: "steps",
  key: ["runId", "id"],
  columns: {
    runId: { name: "run_id", type: "text" },
    id: { name: "id", type: "text" },
    displayName: { name: "display_name", type: "text" },
    op: { name: "op", type: "text" },
    status: { name: "status", type: "text" },
    memo: { name: "memo", type: "text" },
    position: { name: "position", type: "integer" },
    sequence: { name: "sequence", type: "integer" },
    attempts: { name: "attempts", type: "integer" },
    queuedAt: { name: "queued_at", type: "bigint" },
    startedAt: { name: "started_at", type: "bigint" },
    endedAt: { name: "ended_at", type: "bigint" },
    wakesAt: { name: "wakes_at", type: "bigint" },
    detail: { name: "detail", type: "text" },
    race: { name: "race", type: "boolean", encode: (race) => race === true },
  },
};

export const attemptTable: Table<AttemptRecord> = {
  name: "attempts",
  key: [],
  columns: {
    runId: { name: "run_id", type: "text" },
    stepId: { name: "step_id", type: "text" },
    displayName: { name: "display_name", type: "text" },
    attempt: { name: "attempt", type: "integer" },
    startedAt: { name: "started_at", type: "bigint" },
    endedAt: { name: "ended_at", type: "bigint" },
    error: { name: "error", type: "text" },
    retryAt: { name: "retry_at", type: "bigint" },
  },
};

const columns = `run_id, id, display_name, op, status, memo, position, attempts, queued_at, started_at, ended_at,
  wakes_at, detail, race`;
const selectSteps = `SELECT ${columns} FROM stepwell.steps WHERE ns = $1 AND run_id = $2`;

/** `$2`: their runs. In the order in which they ended. */
export const selectEndedSteps: string = `SELECT ${columns} FROM stepwell.steps WHERE ns = $1
  AND run_id = ANY($2::text[]) AND position IS NOT NULL ORDER BY position`;

const textOf = ({ runId, id }: StepKey): string => `${runId} ${id}`;

/** In the order of the keys; null where there is no such step. */
export async function getSteps(database: Database, keys: readonly StepKey[]): Promise<(StepRecord | null)[]> {
  const [runIds, ids] = [keys.map(({ runId }) => runId), [...new Set(keys.map(({ id }) => id))]];
  const rows = await database.all<StepRow>(
    `SELECT ${columns} FROM stepwell.steps WHERE ns = $1 AND run_id = ANY($2::text[]) AND id = ANY($3::text[])`,
    runIds,
    ids,
  );
  const found = new Map(rows.map(toStep).map((step) => [textOf(step), step]));
  return keys.map((key) => found.get(textOf(key)) ?? null);
}

/** Ended ones in their order, then the others as they were planned. */
export async function listSteps(database: Database, runId: string): Promise<StepRecord[]> {
  const rows = await database.all<StepRow>(`${selectSteps} ORDER BY position IS NULL, position, sequence`, runId);
  return rows.map(toStep);
}

/** Ids of those that have not ended, as they were planned. */
export async function listPendingSteps(database: Database, runId: string): Promise<string[]> {
  const rows = await database.all<{ id: string }>(
    "SELECT id FROM stepwell.steps WHERE ns = $1 AND run_id = $2 AND position IS NULL ORDER BY sequence",
    runId,
  );
  return rows.map(({ id }) => id);
}

/** As they were written. */
export async function listAttempts(database: Database, runId: string): Promise<AttemptRecord[]> {
  const rows = await database.all<AttemptRow>(
    `SELECT run_id, step_id, display_name, attempt, started_at, ended_at, error, retry_at FROM stepwell.attempts
      WHERE ns = $1 AND run_id = $2 ORDER BY number`,
    runId,
  );
  return rows.map(toAttempt);
}
