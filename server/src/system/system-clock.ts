/**
 * The machine's clock behind the Clock port. Made by main. Must never keep the process alive by a timer.
 */
import type { Clock } from "../ports/clock.ts";

/** `setTimeout` takes no longer wait than this, in milliseconds (24.8 days). */
const longestTimeoutMs = 2 ** 31 - 1;

export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    setTimer(at, fire) {
      let timeout: NodeJS.Timeout;
      const wait = (): void => {
        const delayMs = at - Date.now();
        const due = delayMs <= longestTimeoutMs;
        timeout = setTimeout(due ? fire : wait, due ? Math.max(delayMs, 0) : longestTimeoutMs);
        timeout.unref();
      };
      wait();
      return { cancel: () => clearTimeout(timeout) };
    },
  };
}
