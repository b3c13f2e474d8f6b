/**
 * Batches: a function takes many events in one run. This is how an event joins one; the store gathers them, core/gathered
 * starts the run.
 */
import type { BatchAdd } from "../../domain/transition.ts";
import { hashKey } from "./flow-key.ts";
import { eventKey } from "./idempotency.ts";
import { conditionHolds, keyOf, type Subject } from "./subject.ts";

/** Data of a batch's events together. */
const batchBytesMax = 10 * 1024 * 1024;

/** Null for a function without batches, and for an event that does not meet the condition: it starts a run by itself. */
export function batchOf(subject: Subject): BatchAdd | null {
  const { fn, event, now } = subject;
  if (fn.flow.batch === null) return null;
  const { key, condition, maxSize, timeoutMs } = fn.flow.batch;
  if (condition !== null && !conditionHolds(subject, "batchEvents.if", condition)) return null;
  const suffix = key === null ? "" : `:${hashKey(key, keyOf(subject, "batchEvents.key", key).text)}`;
  return {
    key: `${fn.id}${suffix}`,
    functionId: fn.id,
    eventId: event.internalId,
    sizeBytes: Buffer.byteLength(event.data),
    maxSize,
    maxBytes: batchBytesMax,
    timeoutMs,
    now,
    idempotencyKey: eventKey(fn, event),
  };
}
