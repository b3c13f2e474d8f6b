import { describe, expect, it } from "vitest";
import { backoffMs } from "../../../server/src/domain/backoff.ts";

describe("backoffMs", () => {
  it("follows the table and stays at two hours", () => {
    const seconds = Array.from({ length: 12 }, (_, attempt) => backoffMs(attempt, 0, { retryIntervalMs: null }) / 1000);
    expect(seconds).toEqual([15, 30, 60, 120, 300, 600, 1200, 2400, 3600, 7200, 7200, 7200]);
  });

  it("adds up to 30 seconds of jitter", () => {
    expect(backoffMs(0, 0.5, { retryIntervalMs: null })).toBe(30_000);
    expect(backoffMs(0, 0.999999, { retryIntervalMs: null })).toBe(44_999);
  });

  it("is a fixed interval without jitter when one is set", () => {
    expect(backoffMs(5, 0.9, { retryIntervalMs: 2000 })).toBe(2000);
    expect(backoffMs(0, 0.9, { retryIntervalMs: 0 })).toBe(0);
  });

  it("takes a negative attempt as the first", () => expect(backoffMs(-1, 0, { retryIntervalMs: null })).toBe(15_000));
});

describe("backoffMs by a function's own rule", () => {
  const interval = { retryIntervalMs: 2000 };

  it("takes a list one by one, and stays at its last", () => {
    const rule = { kind: "list", delaysMs: [10, 20, 30] } as const;
    const rules = { ...rule, delaysMs: [...rule.delaysMs] };
    expect([-1, 0, 1, 2, 3, 20].map((attempt) => backoffMs(attempt, 0.5, interval, rules))).toEqual([
      10, 10, 20, 30, 30, 30,
    ]);
    expect(backoffMs(0, 0, interval, { kind: "list", delaysMs: [] })).toBe(0);
  });

  it("grows up to its longest, with its share of jitter", () => {
    const rule = { kind: "exponential", initialMs: 100, factor: 3, maxMs: 1000, jitter: 0.5 } as const;
    expect([0, 1, 2, 3, 20].map((attempt) => backoffMs(attempt, 0, interval, rule))).toEqual([
      100, 300, 900, 1000, 1000,
    ]);
    expect(backoffMs(0, 0.5, interval, rule)).toBe(125);
    expect(backoffMs(20, 0.999, { retryIntervalMs: null }, { ...rule, factor: 1000 })).toBe(1500);
  });

  it("leaves it to the engine without one", () => expect(backoffMs(3, 0.1, interval, null)).toBe(2000));
});
