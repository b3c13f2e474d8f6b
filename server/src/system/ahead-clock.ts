/**
 * A clock that is ahead of another one, or behind: engines that share a database go by its time. Made by main.
 */
import type { Clock } from "../ports/clock.ts";

/** `aheadMs`: by how many milliseconds; asked each time, since clocks drift. */
export function createAheadClock(clock: Clock, aheadMs: () => number): Clock {
  return {
    now: () => clock.now() + aheadMs(),
    setTimer: (at, fire) => clock.setTimer(at - aheadMs(), fire),
  };
}
