/** Debounces and batches: their tables for writer.ts, reads for open-store.ts. */
import type { BatchRecord, DebounceRecord } from "../../../ports/store.ts";
import type { BatchEvent, NewBatch } from "../../../rules/changes.ts";
import type { DebounceRow } from "../../../rules/rows.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";

export const debounceTable: Table<DebounceRow> = {
  name: "debounces",
  key: ["key"],
  columns: {
    key: { name: "key", type: "text" },
    functionId: { name: "function_id", type: "text" },
    eventId: { name: "event_id", type: "text" },
    eventTs: { name: "event_ts", type: "bigint" },
    firstAt: { name: "first_at", type: "bigint" },
    dueAt: { name: "due_at", type: "bigint" },
    itemId: { name: "item_id", type: "text" },
    itemDueAt: { name: "item_due_at", type: "bigint" },
  },
};

/** `key`: null once it takes no more events. */
export const batchTable: Table<Omit<NewBatch, "key"> & { key: string | null }> = {
  name: "batches",
  key: ["id"],
  columns: {
    id: { name: "id", type: "text" },
    key: { name: "key", type: "text" },
    functionId: { name: "function_id", type: "text" },
    count: { name: "count", type: "integer" },
    bytes: { name: "bytes", type: "bigint" },
  },
};

export const batchEventTable: Table<BatchEvent> = {
  name: "batch_events",
  key: ["batchId", "number"],
  columns: {
    batchId: { name: "batch_id", type: "text" },
    number: { name: "number", type: "integer" },
    eventId: { name: "event_id", type: "text" },
  },
};

export async function getDebounce(database: Database, key: string): Promise<DebounceRecord | null> {
  const row = await database.get<{ function_id: string; event_id: string; due_at: number; item_id: string }>(
    "SELECT function_id, event_id, due_at, item_id FROM stepwell.debounces WHERE ns = $1 AND key = $2",
    key,
  );
  if (row === undefined) return null;
  return { key, functionId: row.function_id, eventId: row.event_id, dueAt: row.due_at, itemId: row.item_id };
}

/** One statement, so that its events are those of the batch as it is. */
export async function getBatch(database: Database, id: string): Promise<BatchRecord | null> {
  const rows = await database.all<{ function_id: string; event_id: string | null }>(
    `SELECT b.function_id, e.event_id FROM stepwell.batches AS b
      LEFT JOIN stepwell.batch_events AS e ON e.ns = $1 AND e.batch_id = b.id
      WHERE b.ns = $1 AND b.id = $2 ORDER BY e.number`,
    id,
  );
  const [first] = rows;
  if (first === undefined) return null;
  return { id, functionId: first.function_id, eventIds: rows.flatMap(({ event_id }) => event_id ?? []) };
}
