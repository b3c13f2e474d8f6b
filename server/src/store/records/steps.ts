/** Stored rows of steps and failed attempts, and the records they hold. Called by the steps.ts of each store. */
import type { AttemptRecord, StepRecord } from "../../domain/run/step.ts";
import { isSet, type StoredFlag } from "./stored-flag.ts";

export interface StepRow {
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
  race: StoredFlag;
}

export interface AttemptRow {
  run_id: string;
  step_id: string | null;
  display_name: string | null;
  attempt: number;
  started_at: number;
  ended_at: number;
  error: string;
  retry_at: number | null;
}

export function toStep(row: StepRow): StepRecord {
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
    ...(isSet(row.race) && { race: true }),
  };
}

export function toAttempt(row: AttemptRow): AttemptRecord {
  return {
    runId: row.run_id,
    stepId: row.step_id,
    displayName: row.display_name,
    attempt: row.attempt,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    error: row.error,
    retryAt: row.retry_at,
  };
}
