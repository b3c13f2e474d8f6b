import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterStarts, nextStartAt, paceOf, startsNow } from "../../../../server/src/domain/queue/gcra.ts";

const now = 1_800_000_000_000;

describe("a pace", () => {
  it("lets one and the burst start at once, then one an interval", () => {
    const pace = paceOf({ limit: 10, periodMs: 60_000, burst: 2 });
    expect(pace).toEqual({ intervalMs: 6_000, toleranceMs: 18_000 });
    expect(startsNow(pace, 0, now)).toBe(3);
    expect(nextStartAt(pace, 0, now)).toBe(now);
    const tat = afterStarts(pace, 0, now, 3);
    expect(startsNow(pace, tat, now)).toBe(0);
    expect(nextStartAt(pace, tat, now)).toBe(now + 6_000);
    expect(startsNow(pace, tat, now + 5_999)).toBe(0);
    expect(startsNow(pace, tat, now + 6_000)).toBe(1);
    expect(startsNow(pace, tat, now + 60_000)).toBe(3);
  });

  it("never starts more than its limit and burst in a period, and never stands still", () => {
    const throttle = fc.record({
      limit: fc.integer({ min: 1, max: 500 }),
      periodMs: fc.integer({ min: 1_000, max: 100_000 }),
      burst: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(throttle, fc.integer({ min: 0, max: 50 }), (settings, lateMs) => {
        const pace = paceOf(settings);
        const starts: number[] = [];
        let tat = 0;
        for (let at = now; starts.length < 600; ) {
          const count = startsNow(pace, tat, at);
          expect(count).toBeGreaterThan(0);
          starts.push(...Array.from({ length: count }, () => at));
          tat = afterStarts(pace, tat, at, count);
          const next = nextStartAt(pace, tat, at);
          // What a sum loses may let one more start at once; the bound below holds all the same.
          expect(next).toBeGreaterThanOrEqual(at);
          at = next + lateMs;
        }
        const most = settings.limit + settings.burst + 1;
        const tooEarly = starts.filter((later, n) => later - (starts[n - most] ?? 0) < settings.periodMs - 1);
        expect(tooEarly).toEqual([]);
      }),
      { examples: [[{ limit: 403, periodMs: 9_853, burst: 5 }, 48]] },
    );
  });
});
