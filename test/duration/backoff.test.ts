import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Backoff, backoffDelayMs, toBackoffMs } from "../../src/duration/index.ts";

const delays = (backoff: Backoff, count = 5, random = 0): (number | null)[] =>
  Array.from({ length: count }, (_, attempt) => backoffDelayMs(backoff, attempt, new Error("x"), () => random));

describe("backoffDelayMs", () => {
  it.each<[Backoff, (number | null)[]]>([
    [{}, [1000, 2000, 4000, 8000, 16_000]],
    [{ initial: "10s", factor: 3, max: "1m" }, [10_000, 30_000, 60_000, 60_000, 60_000]],
    [{ initial: 500, factor: 1 }, [500, 500, 500, 500, 500]],
    [
      ["1s", 5000],
      [1000, 5000, 5000, 5000, 5000],
    ],
    [[0], [0, 0, 0, 0, 0]],
    [[], [null, null, null, null, null]],
    [(attempt) => attempt * 10, [0, 10, 20, 30, 40]],
    [() => "1m", [60_000, 60_000, 60_000, 60_000, 60_000]],
    [() => null, [null, null, null, null, null]],
    [() => undefined, [null, null, null, null, null]],
  ])("%o gives %j", (backoff, expected) => {
    expect(delays(backoff)).toEqual(expected);
  });

  it("adds at most the share of jitter", () => {
    expect(delays({ jitter: 0.5 }, 2, 0.999)).toEqual([1499.5, 2999]);
    expect(delays({ jitter: 0.5 }, 2, 0)).toEqual([1000, 2000]);
  });

  it("asks a function with the attempt and the error", () => {
    const seen: unknown[] = [];
    const error = new Error("busy");
    backoffDelayMs((...args) => void seen.push(args), 3, error);
    expect(seen).toEqual([[3, error]]);
  });

  it("says what a function gave that is no length of time", () => {
    expect(() => backoffDelayMs(() => "soon" as never, 0, null)).toThrow('"soon" is not a length of time');
    expect(() => backoffDelayMs(() => -5, 0, null)).toThrow("-5 is not a length of time");
  });

  it("is one hour after a thousand attempts, and never less than before", () => {
    expect(backoffDelayMs({}, 1000, null)).toBe(3_600_000);
    fc.assert(
      fc.property(fc.nat(60), fc.double({ min: 1, max: 10, noNaN: true }), (attempt, factor) => {
        const [now, next] = [attempt, attempt + 1].map((n) => backoffDelayMs({ factor }, n, null) as number);
        expect(next).toBeGreaterThanOrEqual(now as number);
        expect(next).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });
});

describe("toBackoffMs", () => {
  it("fills in what travels, and keeps functions at home", () => {
    expect(toBackoffMs({ max: "1m" })).toEqual({ initial: 1000, factor: 2, max: 60_000, jitter: 0 });
    expect(toBackoffMs(["1s", 2])).toEqual([1000, 2]);
    expect(toBackoffMs(() => 1)).toBe(null);
  });
});
