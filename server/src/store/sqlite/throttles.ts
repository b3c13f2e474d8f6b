/** Throttles: when the next start of a lane may be. Called by lanes.ts. */

import { afterStarts, nextStartAt, paceOf, startsNow } from "../../domain/gcra.ts";
import type { Throttle } from "../../domain/lane.ts";
import type { Database } from "./database.ts";

/** How many may start now, and when the next one may if none is left. */
export function throttleRoom(database: Database, throttle: Throttle, now: number): { count: number; nextAt: number } {
  const pace = paceOf(throttle);
  const tat = getTat(database, throttle.key);
  return { count: startsNow(pace, tat, now), nextAt: nextStartAt(pace, tat, now) };
}

/** Returns when the next start after these may be, milliseconds since 1970. */
export function passThrottle(database: Database, throttle: Throttle, now: number, count: number): number {
  const pace = paceOf(throttle);
  const tat = afterStarts(pace, getTat(database, throttle.key), now, count);
  database.run(
    "INSERT INTO throttles (key, tat) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET tat = excluded.tat",
    throttle.key,
    tat,
  );
  return nextStartAt(pace, tat, now);
}

/** Forgets those that hold nothing back any more. */
export function sweepThrottles(database: Database, now: number): void {
  database.run("DELETE FROM throttles WHERE tat <= ?", now);
}

function getTat(database: Database, key: string): number {
  return database.get<{ tat: number }>("SELECT tat FROM throttles WHERE key = ?", key)?.tat ?? 0;
}
