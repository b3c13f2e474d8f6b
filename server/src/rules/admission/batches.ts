/**
 * Batches: events gathered for one run. Called by starts.ts.
 * An open batch is due when its time is up; a full one is closed and due at once.
 */
import type { QueuePut } from "../../domain/queue/queue-item.ts";
import { batchPut } from "../../domain/queue/queue-puts.ts";
import type { BatchAdd, BatchTake } from "../../domain/transition.ts";
import type { BatchRow } from "../rows.ts";
import type { WorkingSet } from "../working-set.ts";
import { idempotencyWindowMs, isKeyUsed } from "./idempotency.ts";
import { takeRateLimits } from "./rate-limits.ts";

/**
 * Adds what is to be put to `to.items`: the timer of a new batch, and the starts of full ones. False when the event's key was
 * taken before.
 */
export function addToBatch(set: WorkingSet, add: BatchAdd, to: { items: QueuePut[] }): boolean {
  if (!takeEventKey(set, add)) return false;
  let batch = set.gathered.openBatch(add.key);
  if (batch !== null && batch.bytes + add.sizeBytes > add.maxBytes) {
    closeBatch(set, batch, add, to);
    batch = null;
  }
  if (batch === null) {
    batch = openBatch(set, add);
    to.items.push(batchPut(add.functionId, batch.id, add.now + add.timeoutMs, false));
  }
  set.gathered.addEvent(batch, { batchId: batch.id, number: batch.count, eventId: add.eventId }, add.sizeBytes);
  if (batch.count + 1 >= add.maxSize || batch.bytes + add.sizeBytes >= add.maxBytes) closeBatch(set, batch, add, to);
  return true;
}

/** Counted as a rate limit of one in 24 hours, which is what it is. */
function takeEventKey(set: WorkingSet, { idempotencyKey: key, now }: BatchAdd): boolean {
  if (key === null) return true;
  if (isKeyUsed(set, key, now)) return false;
  const once = { key, option: "idempotency", limit: 1, periodMs: idempotencyWindowMs, mode: "sliding" } as const;
  return takeRateLimits(set, [once], now) === null;
}

function openBatch(set: WorkingSet, { key, functionId, eventId }: BatchAdd): BatchRow {
  const batch = { id: `batch:${functionId}:${eventId}`, key, functionId, count: 0, bytes: 0 };
  set.gathered.openNew(batch);
  return batch;
}

/** Takes no more events from now on. Its timer leaves the queue; whoever held it has lost its lease. */
function closeBatch(set: WorkingSet, { id, functionId }: BatchRow, add: BatchAdd, to: { items: QueuePut[] }): void {
  set.gathered.close(add.key, id);
  set.items.remove(id);
  to.items = [...to.items.filter((item) => item.id !== id), batchPut(functionId, id, add.now, true)];
}

/** Whether it holds what it held when it was read. */
export function isBatchAsRead(set: WorkingSet, take: BatchTake): boolean {
  return set.gathered.batch(take.batchId)?.count === take.count;
}
