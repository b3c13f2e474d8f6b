/** Why an event starts nothing, in words for people. Called by starts.ts, debounces.ts and batches.ts. */
import type { RateLimitCheck } from "../../domain/transition.ts";

/** The sender gave the event an id that it had given another. */
export const repeatedEvent =
  "an event with the same id, or an invocation with the same idempotency key, started it within 24 hours";

export function limitReached({ option, limit, periodMs }: RateLimitCheck): string {
  if (option === "idempotency") return "idempotency: a run with the same key was started within 24 hours";
  return `rate limited: ${limit} ${limit === 1 ? "start" : "starts"} in ${periodMs / 1000} s, the limit, came before`;
}
