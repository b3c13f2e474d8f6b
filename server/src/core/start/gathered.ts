/**
 * The end of a debounce or a batch: its queue item fires, and the run for the gathered events starts.
 * Called by execute-item. An event that comes meanwhile is either in what is taken or begins the next one, never both.
 */
import { leaseOf, type QueueItemOf } from "../../domain/queue-item.ts";
import type { DebounceRecord } from "../../ports/store.ts";
import { eventKey } from "../flow/idempotency.ts";
import type { Parts } from "../parts/parts.ts";
import type { Worker } from "../work/worker.ts";
import { startRun } from "./start-run.ts";

/** Null when the item has nothing to start any more. */
async function findDebounce(parts: Parts, item: QueueItemOf<"debounce">): Promise<DebounceRecord | null> {
  const debounce = await parts.store.getDebounce(item.payload.key);
  return debounce?.itemId === item.id ? debounce : null;
}

export async function fireDebounce(parts: Parts, worker: Worker, item: QueueItemOf<"debounce">): Promise<void> {
  const lease = leaseOf(item);
  const debounce = await findDebounce(parts, item);
  const fn = parts.registry.functionById(item.functionId);
  const event = debounce === null ? null : await parts.store.getEvent(debounce.eventId);
  if (debounce === null || fn === null || event === null) {
    await worker.commit({ lease }, "continues");
    return;
  }
  const now = parts.clock.now();
  const { key, eventId, dueAt } = debounce;
  if (dueAt > now) {
    await worker.commit({ lease, settle: { kind: "retry", attempt: 0, dueAt } }, "continues");
    return;
  }
  const start = startRun(parts, fn, event, {
    now,
    cron: null,
    idempotencyKey: eventKey(fn, event),
    rateLimited: false,
  });
  const take = { debounceTake: { key, eventId, dueAt } };
  const result = await worker.commit({ lease, ...take, starts: [start] }, "continues");
  if (!result.ok && result.reason === "moved") await fireDebounce(parts, worker, item);
}

export async function fireBatch(parts: Parts, worker: Worker, item: QueueItemOf<"batch">): Promise<void> {
  const lease = leaseOf(item);
  const batch = await parts.store.getBatch(item.payload.batchId);
  const fn = parts.registry.functionById(item.functionId);
  const events = await parts.store.getEvents(batch?.eventIds ?? []);
  const [first] = events;
  if (batch === null || fn === null || first === undefined) {
    await worker.commit({ lease }, "continues");
    return;
  }
  const now = parts.clock.now();
  const start = startRun(parts, fn, first, { now, cron: null, idempotencyKey: null, events });
  const take = { batchTake: { batchId: batch.id, count: batch.eventIds.length } };
  const result = await worker.commit({ lease, ...take, starts: [start] }, "continues");
  if (!result.ok && result.reason === "moved") await fireBatch(parts, worker, item);
}
