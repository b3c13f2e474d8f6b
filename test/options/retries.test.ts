import { describe, expect, it } from "vitest";
import { assertOptions, retries } from "../../src/options/index.ts";

const check = (given: unknown): void =>
  assertOptions("here", (value, _, report) => retries(value, "retries", report), given);

describe("retries", () => {
  it.each([
    0,
    20,
    {},
    { attempts: 3 },
    { backoff: [1] },
    { attempts: undefined, backoff: { initial: undefined, factor: 1, jitter: 1 } },
    { backoff: () => 1 },
  ])("may be %j", (given) => {
    expect(() => check(given)).not.toThrow();
  });

  it.each([
    [21, "`retries` is 21; allowed: a whole number from 0 to 20"],
    [-1, "is -1"],
    [1.5, "is 1.5"],
    ["3", 'is "3"'],
    [null, "is null; allowed: an object with attempts, backoff"],
    [Number.NaN, "is NaN; allowed"],
    [{ attempts: 21 }, "`retries.attempts` is 21"],
    [{ attempts: "3" }, 'is "3"'],
    [{ tries: 3 }, "`retries.tries` is not known; allowed: attempts, backoff"],
    [{ backoff: 5 }, "`retries.backoff` is 5; allowed: "],
    [{ backoff: null }, "`retries.backoff` is null; allowed: an object with initial, factor, max, jitter"],
    [{ backoff: [] }, "`retries.backoff` has 0 entries; allowed: 1 to 100"],
    [{ backoff: ["soon"] }, '`retries.backoff[0]` is "soon"; allowed: a length of time'],
    [{ backoff: [undefined] }, "`retries.backoff[0]` is undefined"],
    [{ backoff: { factor: 0.5 } }, "`retries.backoff.factor` is 0.5; allowed: a number from 1 to 1000"],
    [{ backoff: { factor: "2" } }, '`retries.backoff.factor` is "2"'],
    [{ backoff: { factor: 1001 } }, "from 1 to 1000"],
    [{ backoff: Array(101).fill(1) }, "has 101 entries; allowed: 1 to 100"],
    [{ backoff: { jitter: 2 } }, "`retries.backoff.jitter` is 2; allowed: a number from 0 to 1"],
    [{ backoff: { jitter: -0.1 } }, "`retries.backoff.jitter` is -0.1"],
    [{ backoff: { initial: -1 } }, "`retries.backoff.initial` is -1; allowed: a length of time"],
    [{ backoff: { base: 5 } }, "`retries.backoff.base` is not known"],
  ])("may not be %j: %s", (given, problem) => {
    expect(() => check(given)).toThrow(problem);
  });
});
