/** Events: their table for writer.ts, reads for open-store.ts. */
import type { EventRecord } from "../../../domain/event.ts";
import type { EventFilter } from "../../../ports/store.ts";
import { type EventRow, toEvent } from "../../records/events.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";
import { whereAll } from "./where.ts";

export const eventTable: Table<EventRecord> = {
  name: "events",
  key: ["internalId"],
  columns: {
    internalId: { name: "internal_id", type: "text" },
    id: { name: "id", type: "text" },
    name: { name: "name", type: "text" },
    data: { name: "data", type: "text" },
    ts: { name: "ts", type: "bigint" },
    v: { name: "v", type: "text" },
    meta: { name: "meta", type: "text" },
    user: { name: "user_data", type: "text" },
    receivedAt: { name: "received_at", type: "bigint" },
  },
};

const columns = 'internal_id, id, name, data, ts, v, meta, user_data AS "user", received_at';

export async function getEvent(database: Database, internalId: string): Promise<EventRecord | null> {
  const [event] = await getEvents(database, [internalId]);
  return event ?? null;
}

/** `$2`: runs. Their ids are worked out first: a join may read all events as long as nobody has analysed the tables. */
export const selectEventsOfRuns: string = `SELECT ${columns} FROM stepwell.events WHERE ns = $1 AND internal_id = ANY(ARRAY(
  SELECT json_array_elements_text(event_ids::json) FROM stepwell.runs WHERE ns = $1 AND id = ANY($2::text[])))`;

/** In the order of the ids; those that are missing are left out. */
export async function getEvents(database: Database, internalIds: readonly string[]): Promise<EventRecord[]> {
  if (internalIds.length === 0) return [];
  const rows = await database.all<EventRow>(
    `SELECT ${columns} FROM stepwell.events WHERE ns = $1 AND internal_id = ANY($2::text[])`,
    internalIds,
  );
  return toEvents(rows, internalIds);
}

/** In the order of the ids; those that are missing are left out. */
export function toEvents(rows: readonly EventRow[], internalIds: readonly string[]): EventRecord[] {
  const events = new Map(rows.map((row) => [row.internal_id, toEvent(row)]));
  return internalIds.flatMap((id) => events.get(id) ?? []);
}

/** Newest first. */
export async function listEvents(database: Database, filter: EventFilter): Promise<EventRecord[]> {
  const { clause, values } = whereAll([
    ["name = $", filter.name],
    ["internal_id < $", filter.cursor],
    ["received_at < $", filter.receivedBefore],
    ["received_at > $", filter.receivedAfter],
  ]);
  const rows = await database.all<EventRow>(
    `SELECT ${columns} FROM stepwell.events ${clause}ORDER BY internal_id DESC LIMIT $${values.length + 2}`,
    ...values,
    filter.limit,
  );
  return rows.map(toEvent);
}
