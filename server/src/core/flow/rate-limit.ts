/** The rate limit that a start counts against. */
import { flowInForce } from "../../domain/limit-override.ts";
import type { RateLimitCheck, RateLimitMode } from "../../domain/transition.ts";
import { hashKey } from "./flow-key.ts";
import { keyOf, type Subject } from "./subject.ts";

/** A key of false or null: not limited. */
export function rateLimitOf(subject: Subject, mode: RateLimitMode): RateLimitCheck[] {
  const { fn } = subject;
  const { rateLimit } = flowInForce(fn.flow, fn.overrides);
  if (rateLimit === null) return [];
  const { key, limit, periodMs } = rateLimit;
  if (key === null) return [{ key: `rate:${fn.id}`, limit, periodMs, mode }];
  const { value, text } = keyOf(subject, "rateLimit.key", key);
  if (value === false || value === null) return [];
  return [{ key: `rate:${fn.id}:${hashKey(key, text)}`, limit, periodMs, mode }];
}
