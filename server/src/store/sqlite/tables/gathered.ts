/** Debounces and batches: what rules read and write of them, and reads for open-store.ts. */
import type { BatchRecord, DebounceRecord } from "../../../ports/store.ts";
import type { BatchFields, Changes } from "../../../rules/changes.ts";
import type { BatchRow, DebounceRow } from "../../../rules/rows.ts";
import type { Source } from "../../../rules/source.ts";
import type { Database } from "../database.ts";
import { createUpdate, plain } from "./row-update.ts";

type GatheredReads = Pick<Source, "debounce" | "openBatch" | "batch">;

export function gatheredReads(database: Database): GatheredReads {
  return {
    debounce: ({ key }) => readDebounce(database, key),
    openBatch: ({ key }) =>
      database.get<BatchRow>("SELECT id, function_id AS functionId, count, bytes FROM batches WHERE key = ?", key) ??
      null,
    batch: ({ id }) => readBatch(database, id),
  };
}

const updateBatch = createUpdate<BatchFields>("batches", ["id"], {
  key: plain("key"),
  count: plain("count"),
  bytes: plain("bytes"),
});

export function writeGathered(database: Database, { debounces, batches, batchEvents }: Changes): void {
  for (const key of debounces.removed) database.run("DELETE FROM debounces WHERE key = ?", key);
  for (const debounce of debounces.put) putDebounce(database, debounce);
  for (const id of batches.removed) {
    database.run("DELETE FROM batch_events WHERE batch_id = ?", id);
    database.run("DELETE FROM batches WHERE id = ?", id);
  }
  for (const { key: id, fields } of batches.changed) updateBatch(database, fields, id);
  for (const { id, key, functionId, count, bytes } of batches.added) {
    database.run(
      "INSERT INTO batches (id, key, function_id, count, bytes) VALUES (?, ?, ?, ?, ?)",
      id,
      key,
      functionId,
      count,
      bytes,
    );
  }
  for (const { batchId, number, eventId } of batchEvents)
    database.run("INSERT INTO batch_events (batch_id, number, event_id) VALUES (?, ?, ?)", batchId, number, eventId);
}

function putDebounce(database: Database, debounce: DebounceRow): void {
  database.run(
    `INSERT OR REPLACE INTO debounces (key, function_id, event_id, event_ts, first_at, due_at, item_id, item_due_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    debounce.key,
    debounce.functionId,
    debounce.eventId,
    debounce.eventTs,
    debounce.firstAt,
    debounce.dueAt,
    debounce.itemId,
    debounce.itemDueAt,
  );
}

function readDebounce(database: Database, key: string): DebounceRow | null {
  const row = database.get<DebounceRow>(
    `SELECT key, function_id AS functionId, event_id AS eventId, event_ts AS eventTs, first_at AS firstAt, due_at AS dueAt,
      item_id AS itemId, item_due_at AS itemDueAt FROM debounces WHERE key = ?`,
    key,
  );
  return row ?? null;
}

export function getDebounce(database: Database, key: string): DebounceRecord | null {
  const row = readDebounce(database, key);
  if (row === null) return null;
  const { functionId, eventId, dueAt, itemId } = row;
  return { key, functionId, eventId, dueAt, itemId };
}

function readBatch(database: Database, id: string): BatchRow | null {
  const row = database.get<BatchRow>(
    "SELECT id, function_id AS functionId, count, bytes FROM batches WHERE id = ?",
    id,
  );
  return row ?? null;
}

export function getBatch(database: Database, id: string): BatchRecord | null {
  const row = readBatch(database, id);
  if (row === null) return null;
  const events = database.all<{ event_id: string }>(
    "SELECT event_id FROM batch_events WHERE batch_id = ? ORDER BY number",
    id,
  );
  return { id, functionId: row.functionId, eventIds: events.map((event) => event.event_id) };
}
