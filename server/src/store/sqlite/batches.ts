/**
 * Batches: events gathered for one run. Writes for commit.ts, reads for open-store.ts.
 * An open batch is due when its time is up; a full one is closed and due at once.
 */
import type { QueuePut } from "../../domain/queue-item.ts";
import { batchPut } from "../../domain/queue-puts.ts";
import type { BatchAdd, BatchTake } from "../../domain/transition.ts";
import type { BatchRecord } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { deleteItem } from "./queue.ts";
import { takeRateLimits } from "./rate-limits.ts";
import { isKeyUsed } from "./runs.ts";

const idempotencyWindowMs = 24 * 60 * 60 * 1000;

interface BatchRow {
  id: string;
  function_id: string;
  count: number;
  bytes: number;
}

/**
 * Adds what is to be put to `to.items`: the timer of a new batch, and the starts of full ones. False when the event's key was
 * taken before.
 */
export function addToBatch(database: Database, add: BatchAdd, to: { items: QueuePut[] }): boolean {
  if (!takeEventKey(database, add)) return false;
  let batch = openBatch(database, add.key);
  if (batch !== null && batch.bytes + add.sizeBytes > add.maxBytes) {
    closeBatch(database, batch, add.now, to);
    batch = null;
  }
  if (batch === null) {
    batch = createBatch(database, add);
    to.items.push(batchPut(add.functionId, batch.id, add.now + add.timeoutMs, false));
  }
  append(database, batch, add);
  if (batch.count >= add.maxSize || batch.bytes >= add.maxBytes) closeBatch(database, batch, add.now, to);
  return true;
}

/** Counted as a rate limit of one in 24 hours, which is what it is. */
function takeEventKey(database: Database, add: BatchAdd): boolean {
  const { idempotencyKey: key, now } = add;
  if (key === null) return true;
  if (isKeyUsed(database, key, now)) return false;
  const once = { key, option: "idempotency", limit: 1, periodMs: idempotencyWindowMs, mode: "sliding" } as const;
  return takeRateLimits(database, [once], now) === null;
}

function openBatch(database: Database, key: string): BatchRow | null {
  return database.get<BatchRow>("SELECT id, function_id, count, bytes FROM batches WHERE key = ?", key) ?? null;
}

function createBatch(database: Database, add: BatchAdd): BatchRow {
  const batch = { id: `batch:${add.functionId}:${add.eventId}`, function_id: add.functionId, count: 0, bytes: 0 };
  database.run(
    "INSERT INTO batches (id, key, function_id, count, bytes) VALUES (?, ?, ?, 0, 0)",
    batch.id,
    add.key,
    add.functionId,
  );
  return batch;
}

function append(database: Database, batch: BatchRow, add: BatchAdd): void {
  database.run(
    "INSERT INTO batch_events (batch_id, number, event_id) VALUES (?, ?, ?)",
    batch.id,
    batch.count,
    add.eventId,
  );
  batch.count += 1;
  batch.bytes += add.sizeBytes;
  database.run("UPDATE batches SET count = ?, bytes = ? WHERE id = ?", batch.count, batch.bytes, batch.id);
}

/** Takes no more events from now on. Its timer leaves the queue; whoever held it has lost its lease. */
function closeBatch(database: Database, batch: BatchRow, now: number, to: { items: QueuePut[] }): void {
  database.run("UPDATE batches SET key = NULL WHERE id = ?", batch.id);
  deleteItem(database, batch.id);
  to.items = [...to.items.filter(({ id }) => id !== batch.id), batchPut(batch.function_id, batch.id, now, true)];
}

/** Whether it holds what it held when it was read. */
export function isBatchAsRead(database: Database, take: BatchTake): boolean {
  const row = database.get<{ count: number }>("SELECT count FROM batches WHERE id = ?", take.batchId);
  return row?.count === take.count;
}

export function deleteBatch(database: Database, batchId: string): void {
  database.run("DELETE FROM batch_events WHERE batch_id = ?", batchId);
  database.run("DELETE FROM batches WHERE id = ?", batchId);
}

export function getBatch(database: Database, batchId: string): BatchRecord | null {
  const row = database.get<BatchRow>("SELECT id, function_id, count, bytes FROM batches WHERE id = ?", batchId);
  if (row === undefined) return null;
  const events = database.all<{ event_id: string }>(
    "SELECT event_id FROM batch_events WHERE batch_id = ? ORDER BY number",
    batchId,
  );
  return { id: row.id, functionId: row.function_id, eventIds: events.map((event) => event.event_id) };
}
