/** Stored rows of refusals, and the records they hold. Called by the refusals.ts of each store. */
import type { Refusal } from "../../domain/run/refusal.ts";

export interface RefusalRow {
  event_id: string;
  function_id: string;
  reason: string;
  at: number;
}

export function toRefusal(row: RefusalRow): Refusal {
  return { eventId: row.event_id, functionId: row.function_id, reason: row.reason, at: row.at };
}
