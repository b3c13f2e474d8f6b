import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  durationToMs,
  notNegative,
  parseDuration,
  toTimeString,
  toTimeStringOrTimestamp,
  toTimestamp,
} from "../../src/duration/index.ts";
import { parseTimeString } from "../../src/protocol/index.ts";

describe("parseTimeString", () => {
  it.each([
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    [".5s", 500],
    ["500ms", 500],
    ["2w3d", 1_468_800_000],
    ["1000us", 1],
    ["1000µs", 1],
    ["1000000ns", 1],
    ["0", 0],
    ["0s", 0],
    [" 1s ", 1000],
  ])("reads %j", (text, ms) => expect(parseTimeString(text)).toBe(ms));

  it.each(["", " ", "1", "h", "1x", "-1s", "1h 30m", "1h30", "NaN", "1e3s", `${"9".repeat(400)}w`])(
    "refuses %j",
    (text) => expect(parseTimeString(text)).toBe(null),
  );
});

describe("parseDuration", () => {
  it.each([
    ["2h45m", 9_900_000],
    ["2 hours", 7_200_000],
    ["1 day", 86_400_000],
    ["30 mins", 1_800_000],
    ["1d 2h", 93_600_000],
    ["1 hour 30 minutes", 5_400_000],
    ["3hrs", 10_800_000],
    ["1 hr", 3_600_000],
    ["10 secs", 10_000],
    ["5 msecs", 5],
    ["2 Weeks", 1_209_600_000],
  ])("reads %j", (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(["", "soon", "-5m", "1h abc", "PT5M", "10", "1 month", "1 year", "1hourglass"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBe(null);
    expect(() => durationToMs(text as never)).toThrow("is not a length of time");
  });
});

describe("toTimeString", () => {
  it.each([
    [5_400_000, "1h30m"],
    [694_861_000, "1w1d1h1m1s"],
    [999, "999ms"],
    [0, "0s"],
    [1500, "1s500ms"],
    ["1.1s", "1s100ms"],
    ["90s", "1m30s"],
    [{ total: () => 60_000 }, "1m"],
    [{ total: () => 0.25 }, "1ms"],
  ])("writes %j as %s", (input, text) => expect(toTimeString(input as never)).toBe(text));

  it("comes back as what it was", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 366 * 86_400_000 }), (ms) => {
        expect(parseTimeString(toTimeString(ms))).toBe(ms);
      }),
    );
  });

  it("is rounded up to what its reader counts in, never down", () => {
    expect([0, 1, 999, 1000, 1001, 61_500].map((ms) => toTimeString(ms, 1000))).toEqual([
      "0s",
      "1s",
      "1s",
      "1s",
      "2s",
      "1m2s",
    ]);
  });

  it("is refused when no number tells it exactly", () => {
    expect(() => toTimeString(1e300)).toThrow("1e+300 is not a length of time that an engine can count.");
  });

  it("of what is over already is zero, where that is no mistake", () => {
    expect([-5, { total: () => -5 }].map((input) => toTimeString(notNegative(input) as never))).toEqual(["0s", "0s"]);
    const others = [5, "-5s", Number.NEGATIVE_INFINITY, Number.NaN, null, undefined];
    expect(others.map(notNegative)).toEqual(others);
  });

  it.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY], [{}], [null], [undefined], [{ total: () => -5 }]])(
    "refuses %j",
    (input) => expect(() => durationToMs(input as never)).toThrow("is not a length of time"),
  );
});

describe("toTimestamp", () => {
  it.each([[new Date(0)], ["1970-01-01T00:00:00Z"], [{ epochMilliseconds: 0 }]])("writes %j in UTC", (input) =>
    expect(toTimestamp(input)).toBe("1970-01-01T00:00:00.000Z"),
  );

  it.each([[new Date(Number.NaN)], ["tomorrow"], [5], [undefined]])("refuses %j", (input) =>
    expect(() => toTimestamp(input as never)).toThrow("is not a moment in time"),
  );

  it("is told from a length", () => {
    expect(toTimeStringOrTimestamp(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
    expect(toTimeStringOrTimestamp({ epochMilliseconds: 0 })).toBe("1970-01-01T00:00:00.000Z");
    expect(toTimeStringOrTimestamp("2h")).toBe("2h");
  });
});
