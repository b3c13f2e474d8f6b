/** Events: what rules read and write of them, and reads for open-store.ts. */
import type { EventRecord } from "../../../domain/event.ts";
import type { EventFilter } from "../../../ports/store.ts";
import { repeatWindowMs } from "../../../rules/set/event-set.ts";
import type { Source } from "../../../rules/source.ts";
import { type EventRow, toEvent } from "../../records/events.ts";
import { countRows } from "../commit/counts.ts";
import type { Database } from "../database.ts";
import { whereAll } from "./where.ts";

type EventReads = Pick<Source, "hasEvent" | "isRepeated" | "eventsSince">;

/** `isSure`: whether to look for rows that are new almost always. */
export function eventReads(database: Database, isSure: boolean): EventReads {
  return {
    hasEvent: ({ internalId }) =>
      isSure && database.get("SELECT 1 FROM events WHERE internal_id = ?", internalId) !== undefined,
    isRepeated: ({ id, internalId, name, after }) => {
      const before = database.get(
        "SELECT 1 FROM events WHERE id = ? AND id <> internal_id AND received_at > ? AND internal_id <> ? AND name = ? LIMIT 1",
        id,
        after,
        internalId,
        name,
      );
      return before !== undefined;
    },
    eventsSince: ({ name, since }) =>
      database
        .all<{ id: string }>(
          `SELECT internal_id AS id FROM events WHERE name = ? AND received_at >= ? AND NOT ${isRepeatSql}
          ORDER BY received_at, internal_id`,
          name,
          since,
        )
        .map(({ id }) => id),
  };
}

/** Whether a row of `events` repeats one that came within the 24 hours before it. */
const isRepeatSql: string = `(id <> internal_id AND EXISTS (
  SELECT 1 FROM events AS before WHERE before.id = events.id AND before.id <> before.internal_id
    AND before.received_at > events.received_at - ${repeatWindowMs} AND before.rowid < events.rowid
    AND before.name = events.name))`;

export function writeEvents(database: Database, events: readonly EventRecord[]): void {
  countRows(database, "events", events.length);
  for (const event of events) {
    database.run(
      "INSERT INTO events (internal_id, id, name, data, ts, v, meta, user, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      event.internalId,
      event.id,
      event.name,
      event.data,
      event.ts,
      event.v,
      event.meta,
      event.user,
      event.receivedAt,
    );
  }
}

export function getEvent(database: Database, internalId: string): EventRecord | null {
  const row = database.get<EventRow>("SELECT * FROM events WHERE internal_id = ?", internalId);
  return row === undefined ? null : toEvent(row);
}

/** In the order of the ids; those that are missing are left out. */
export function getEvents(database: Database, internalIds: string[]): EventRecord[] {
  return database
    .all<EventRow>(
      "SELECT e.* FROM json_each(?) AS wanted CROSS JOIN events AS e ON e.internal_id = wanted.value ORDER BY wanted.key",
      JSON.stringify(internalIds),
    )
    .map(toEvent);
}

/** Newest first. */
export function listEvents(database: Database, filter: EventFilter): EventRecord[] {
  const { clause, values } = whereAll([
    ["name = ?", filter.name],
    ["internal_id < ?", filter.cursor],
    ["received_at < ?", filter.receivedBefore],
    ["received_at > ?", filter.receivedAfter],
  ]);
  return database
    .all<EventRow>(`SELECT * FROM events ${clause}ORDER BY internal_id DESC LIMIT ?`, ...values, filter.limit)
    .map(toEvent);
}
