/** Stored rows of waits, and the records they hold. Called by the waits.ts of each store. */
import type { WaitRecord } from "../../domain/run/wait.ts";

export interface WaitRow {
  number: number;
  id: string;
  kind: WaitRecord["kind"];
  run_id: string;
  function_id: string;
  step_id: string | null;
  name: string;
  path: string;
  value: string;
  condition: string | null;
  expires_at: number;
  created_at: number;
}

export function toWait(row: WaitRow): WaitRecord {
  return {
    id: row.id,
    kind: row.kind,
    runId: row.run_id,
    functionId: row.function_id,
    stepId: row.step_id,
    name: row.name,
    path: row.path,
    value: row.value,
    condition: row.condition,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}
