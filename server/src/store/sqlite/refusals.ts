/** Refusals: written by starts.ts, read for people. They are deleted with their events. */
import type { Refusal } from "../../domain/refusal.ts";
import type { RateLimitCheck } from "../../domain/transition.ts";
import type { Database } from "./database.ts";

/** The sender gave the event an id that it had given another. */
export const repeatedEvent =
  "an event with the same id, or an invocation with the same idempotency key, started it within 24 hours";

export function limitReached({ option, limit, periodMs }: RateLimitCheck): string {
  if (option === "idempotency") return "idempotency: a run with the same key was started within 24 hours";
  return `rate limited: ${limit} ${limit === 1 ? "start" : "starts"} in ${periodMs / 1000} s, the limit, came before`;
}

interface RefusalRow {
  event_id: string;
  function_id: string;
  reason: string;
  at: number;
}

/** The first reason counts. */
export function insertRefusal(database: Database, { eventId, functionId, reason, at }: Refusal): void {
  database.run(
    "INSERT INTO refusals (event_id, function_id, reason, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    eventId,
    functionId,
    reason,
    at,
  );
}

/** By function. */
export function listRefusals(database: Database, eventId: string): Refusal[] {
  return database
    .all<RefusalRow>("SELECT * FROM refusals WHERE event_id = ? ORDER BY function_id", eventId)
    .map((row) => ({ eventId: row.event_id, functionId: row.function_id, reason: row.reason, at: row.at }));
}
