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
