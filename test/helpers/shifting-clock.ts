import type { Clock, Timer } from "../../server/src/ports/clock.ts";

/** The machine's clock, which a test can push forward: timers that become due by it fire at once. */
export interface ShiftingClock extends Clock {
  /** Moves time forward by `ms`. */
  advance(ms: number): void;
  /** Forgets every timer. */
  clear(): void;
}

interface Armed {
  at: number;
  fire: () => void;
  handle: ReturnType<typeof setTimeout> | null;
}

/** `setTimeout` cannot wait longer. */
const longestMs = 2 ** 31 - 1;

export function createShiftingClock(): ShiftingClock {
  let offsetMs = 0;
  const armed = new Set<Armed>();
  const now = (): number => Date.now() + offsetMs;

  const arm = (timer: Armed): void => {
    if (timer.handle !== null) clearTimeout(timer.handle);
    timer.handle = setTimeout(
      () => {
        if (timer.at > now()) return arm(timer);
        armed.delete(timer);
        timer.fire();
      },
      Math.min(longestMs, Math.max(0, timer.at - now())),
    );
    timer.handle.unref();
  };

  return {
    now,
    setTimer(at: number, fire: () => void): Timer {
      const timer: Armed = { at, fire, handle: null };
      armed.add(timer);
      arm(timer);
      return {
        cancel() {
          if (timer.handle !== null) clearTimeout(timer.handle);
          armed.delete(timer);
        },
      };
    },
    advance(ms: number): void {
      offsetMs += ms;
      for (const timer of armed) arm(timer);
    },
    clear(): void {
      for (const timer of armed) if (timer.handle !== null) clearTimeout(timer.handle);
      armed.clear();
    },
  };
}
