/** Stored rows of events, and the records they hold. Called by the events.ts of each store. */
import type { EventRecord } from "../../domain/event.ts";

export interface EventRow {
  internal_id: string;
  id: string;
  name: string;
  data: string;
  ts: number;
  v: string | null;
  meta: string | null;
  user: string | null;
  received_at: number;
}

export function toEvent(row: EventRow): EventRecord {
  return {
    internalId: row.internal_id,
    id: row.id,
    name: row.name,
    data: row.data,
    ts: row.ts,
    v: row.v,
    meta: row.meta,
    user: row.user,
    receivedAt: row.received_at,
  };
}
