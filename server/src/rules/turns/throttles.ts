/** Throttles: when the next start of a lane may be. Called by take-turns.ts. */
import { afterStarts, nextStartAt, paceOf, startsNow } from "../../domain/queue/gcra.ts";
import type { Throttle } from "../../domain/queue/lane.ts";
import type { WorkingSet } from "../working-set.ts";

/** How many may start now, and when the next one may if none is left. */
export function throttleRoom(set: WorkingSet, throttle: Throttle, now: number): { count: number; nextAt: number } {
  return roomAfter(throttle, set.slots.tat(throttle.key), now);
}

/** The same, of a throttle whose last start left this `tat`. For stores, which tell people why an item waits. */
export function roomAfter(throttle: Throttle, tat: number, now: number): { count: number; nextAt: number } {
  const pace = paceOf(throttle);
  return { count: startsNow(pace, tat, now), nextAt: nextStartAt(pace, tat, now) };
}

/** Returns when the next start after these may be, milliseconds since 1970. */
export function passThrottle(set: WorkingSet, throttle: Throttle, now: number, count: number): number {
  const pace = paceOf(throttle);
  const tat = afterStarts(pace, set.slots.tat(throttle.key), now, count);
  set.slots.setTat(throttle.key, tat);
  return nextStartAt(pace, tat, now);
}
