/** Stored rows of runs, and the records they hold. Called by the runs.ts of each store. */
import type { RunRecord, RunStatus } from "../../domain/run/run.ts";
import { isSet, type StoredFlag } from "./stored-flag.ts";

export interface RunRow {
  id: string;
  version: number;
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
  force_plan: StoredFlag;
  checkpointed: StoredFlag;
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

export function toRun(row: RunRow): RunRecord {
  return {
    id: row.id,
    version: row.version,
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
    forcePlan: isSet(row.force_plan),
    checkpointed: isSet(row.checkpointed),
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
