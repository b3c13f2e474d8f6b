/**
 * What makes two starts one: the id that a sender gave an event, and the `idempotency` of a function. Both hold for 24 hours.
 */
import type { FunctionRecord } from "../../domain/app.ts";
import type { EventRecord } from "../../domain/event.ts";
import type { RateLimitCheck } from "../../domain/transition.ts";
import { hashKey } from "./flow-key.ts";
import { keyOf, type Subject } from "./subject.ts";

const windowMs = 24 * 60 * 60 * 1000;

/** Under it an id of the sender's own starts a function once. Null for an event without one. */
export function eventKey(fn: Pick<FunctionRecord, "id">, event: EventRecord): string | null {
  return event.id === event.internalId ? null : `${fn.id}:${event.id}`;
}

/** One start for each value. A value of false or null: no check. */
export function idempotencyOf(subject: Subject): RateLimitCheck[] {
  const { fn } = subject;
  if (fn.flow.idempotency === null) return [];
  const { value, text } = keyOf(subject, "idempotency", fn.flow.idempotency);
  if (value === false || value === null) return [];
  const key = `idempotency:${fn.id}:${hashKey(fn.flow.idempotency, text)}`;
  return [{ key, option: "idempotency", limit: 1, periodMs: windowMs, mode: "sliding" }];
}
