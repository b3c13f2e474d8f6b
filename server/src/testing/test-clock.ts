/** The clock of a test server: stands still until it is moved. Made by create-test-server; must never look at real time. */
import type { Clock, Timer } from "../ports/clock.ts";

export interface TestClock extends Clock {
  /** When the earliest timer fires, milliseconds since 1970; null for none. */
  nextAt(): number | null;
  /** Fires every timer whose time has come, earliest first. @returns whether there was one. */
  fireDue(): boolean;
  /** Moves time on to `at`; never back. Fires nothing by itself. */
  moveTo(at: number): void;
}

interface Armed {
  at: number;
  fire: () => void;
}

/** @param startAt milliseconds since 1970. @param onTime hears of every new time. */
export function createTestClock(startAt: number, onTime: (now: number) => void): TestClock {
  let now = startAt;
  const armed = new Set<Armed>();
  const earliest = (): Armed | null => {
    let first: Armed | null = null;
    for (const timer of armed) if (first === null || timer.at < first.at) first = timer;
    return first;
  };
  return {
    now: () => now,
    setTimer(at, fire): Timer {
      const timer = { at, fire };
      armed.add(timer);
      return { cancel: () => void armed.delete(timer) };
    },
    nextAt: () => earliest()?.at ?? null,
    fireDue() {
      let fired = false;
      for (let timer = earliest(); timer !== null && timer.at <= now; timer = earliest()) {
        armed.delete(timer);
        timer.fire();
        fired = true;
      }
      return fired;
    },
    moveTo(at) {
      if (at <= now) return;
      now = at;
      onTime(now);
    },
  };
}
