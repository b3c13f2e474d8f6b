/**
 * The end of a debounce or a batch: its queue item fires, and the run for the gathered events starts.
 * Called by items. An event that comes meanwhile is either in what is taken or begins the next one, never both.
 */
import type { QueueItemOf } from "../../domain/queue/queue-item.ts";
import type { DebounceRecord } from "../../ports/store.ts";
import { eventKey } from "../flow/idempotency.ts";
import { dropped, type Outcomes } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { unknownFunction } from "../parts/unknown-function.ts";
import { startRun } from "./start-run.ts";

/** Null when the item has nothing to start any more. */
async function findDebounce(parts: Parts, item: QueueItemOf<"debounce">): Promise<DebounceRecord | null> {
  const debounce = await parts.store.getDebounce(item.payload.key);
  return debounce?.itemId === item.id ? debounce : null;
}

/** Another event may come while it is read: then it is read again. */
export async function* fireDebounce(parts: Parts, item: QueueItemOf<"debounce">): Outcomes {
  for (;;) {
    const debounce = await findDebounce(parts, item);
    const fn = parts.registry.functionById(item.functionId);
    const event = debounce === null ? null : await parts.store.getEvent(debounce.eventId);
    if (debounce === null || fn === null || event === null) {
      yield debounce === null || event === null ? dropped : unknownFunction(parts, item);
      return;
    }
    const now = parts.clock.now();
    const { key, eventId, dueAt } = debounce;
    if (dueAt > now) {
      yield { writes: { settle: { kind: "retry", attempt: 0, dueAt } } };
      return;
    }
    const idempotencyKey = eventKey(fn, event);
    const start = startRun(parts, fn, event, { now, cron: null, idempotencyKey, rateLimited: false });
    const result = yield { writes: { debounceTake: { key, eventId, dueAt }, starts: [start] } };
    if (result.ok || result.reason !== "moved") return;
  }
}

export async function* fireBatch(parts: Parts, item: QueueItemOf<"batch">): Outcomes {
  for (;;) {
    const batch = await parts.store.getBatch(item.payload.batchId);
    const fn = parts.registry.functionById(item.functionId);
    const events = await parts.store.getEvents(batch?.eventIds ?? []);
    const [first] = events;
    if (batch === null || fn === null || first === undefined) {
      yield batch === null || first === undefined ? dropped : unknownFunction(parts, item);
      return;
    }
    const start = startRun(parts, fn, first, { now: parts.clock.now(), cron: null, idempotencyKey: null, events });
    const batchTake = { batchId: batch.id, count: batch.eventIds.length };
    const result = yield { writes: { batchTake, starts: [start] } };
    if (result.ok || result.reason !== "moved") return;
  }
}
