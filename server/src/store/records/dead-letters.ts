/** Stored rows of dead letters, and the records they hold. Called by the dead-letters.ts of each store. */
import type { DeadLetterRecord } from "../../domain/run/dead-letter.ts";

export interface DeadLetterRow {
  run_id: string;
  function_id: string;
  failed_at: number;
  error: string;
}

export function toDeadLetter(row: DeadLetterRow): DeadLetterRecord {
  return { runId: row.run_id, functionId: row.function_id, failedAt: row.failed_at, error: row.error };
}
