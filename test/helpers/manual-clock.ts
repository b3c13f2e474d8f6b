import type { Clock, Timer } from "../../server/src/ports/clock.ts";

/** A clock that stands still until a test moves it. Timers fire in the order of their times. */
export interface ManualClock extends Clock {
  /** Moves time by `ms`, firing what becomes due; between two timers lets the event loop run dry with `idle`. */
  advance(ms: number, idle: () => Promise<void>): Promise<void>;
}

interface Armed {
  at: number;
  fire: () => void;
}

/** `startAt` in milliseconds since 1970. */
export function createManualClock(startAt: number = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startAt;
  const armed = new Set<Armed>();
  const earliest = (until: number): Armed | null => {
    const due = [...armed].filter((timer) => timer.at <= until).sort((left, right) => left.at - right.at);
    return due[0] ?? null;
  };
  return {
    now: () => now,
    setTimer(at, fire): Timer {
      const timer = { at, fire };
      armed.add(timer);
      return { cancel: () => void armed.delete(timer) };
    },
    async advance(ms, idle) {
      const until = now + ms;
      await idle();
      for (let timer = earliest(until); timer !== null; timer = earliest(until)) {
        now = Math.max(now, timer.at);
        armed.delete(timer);
        timer.fire();
        await idle();
      }
      now = until;
    },
  };
}
