/**
 * Debounce: a function starts once no more events have come for a while, with the last of them. This is how an event joins
 * one; the store moves the deadline, core/gathered ends it.
 */
import type { DebounceAdd, RateLimitMode } from "../../domain/transition.ts";
import { hashKey } from "./flow-key.ts";
import { eventKey } from "./idempotency.ts";
import { rateLimitOf } from "./rate-limit.ts";
import { keyOf, type Subject } from "./subject.ts";

/** Null for a function without a debounce. */
export function debounceOf(subject: Subject, mode: RateLimitMode): DebounceAdd | null {
  const { fn, event, now } = subject;
  if (fn.flow.debounce === null) return null;
  const { key, periodMs, timeoutMs } = fn.flow.debounce;
  const suffix = key === null ? "" : `:${hashKey(key, keyOf(subject, "debounce.key", key).text)}`;
  return {
    key: `${fn.id}${suffix}`,
    functionId: fn.id,
    eventId: event.internalId,
    eventTs: event.ts,
    periodMs,
    timeoutMs,
    now,
    rateLimits: rateLimitOf(subject, mode),
    idempotencyKey: eventKey(fn, event),
  };
}
