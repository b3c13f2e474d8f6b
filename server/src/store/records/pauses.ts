/** Stored rows of pauses, and the records they hold. Called by the pauses.ts of each store. */
import type { PauseRecord, PauseScope } from "../../domain/pause.ts";

export interface PauseRow {
  scope: PauseScope;
  target_id: string;
  reason: string;
  author: string;
  at: number;
  arriving: PauseRecord["arriving"];
}

export function toPause(row: PauseRow): PauseRecord {
  return {
    scope: row.scope,
    targetId: row.target_id,
    reason: row.reason,
    author: row.author,
    at: row.at,
    arriving: row.arriving,
  };
}
