/** Clocks that stand still until a test moves them, one for each life of an engine: a life that has ended hears of no timer. */
import type { Timer } from "../../server/src/ports/clock.ts";
import type { ManualClock } from "./manual-clock.ts";

export interface LeapingClock extends ManualClock {
  /** Moves time without stopping at the timers in between, as on a machine that was asleep; what is overdue fires then. */
  leap(ms: number, idle: () => Promise<void>): Promise<void>;
  /** A clock with the same time, whose timers are all gone once it has been killed. */
  life(): ManualClock & { kill(): void };
}

interface Armed {
  at: number;
  fire: () => void;
}

/** `startAt` in milliseconds since 1970. */
export function createLeapingClock(startAt: number = Date.UTC(2026, 0, 1)): LeapingClock {
  let now = startAt;
  const armed = new Set<Armed>();
  const setTimer = (at: number, fire: () => void): Timer => {
    const timer = { at, fire };
    armed.add(timer);
    return { cancel: () => void armed.delete(timer) };
  };
  const earliest = (until: number): Armed | undefined =>
    [...armed].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  const fireAll = async (until: number, idle: () => Promise<void>, stops: boolean): Promise<void> => {
    for (let timer = earliest(until); timer !== undefined; timer = earliest(until)) {
      now = Math.max(now, timer.at);
      armed.delete(timer);
      timer.fire();
      if (stops) await idle();
    }
  };
  const clock: LeapingClock = {
    now: () => now,
    setTimer,
    async advance(ms, idle) {
      const until = now + ms;
      await idle();
      await fireAll(until, idle, true);
      now = until;
    },
    async leap(ms, idle) {
      now += ms;
      await fireAll(now, idle, false);
      await idle();
    },
    life() {
      let alive = true;
      const fire = (timer: () => void) => () => {
        if (alive) timer();
      };
      return {
        now: clock.now,
        setTimer: (at, timer) => (alive ? setTimer(at, fire(timer)) : { cancel() {} }),
        advance: clock.advance,
        kill() {
          alive = false;
        },
      };
    },
  };
  return clock;
}
