import { describe, expect, it } from "vitest";
import {
  addTo,
  emptyHistogram,
  type Histogram,
  histogramBounds,
  mergeHistogram,
  quantile,
} from "../../../../server/src/domain/metrics/histogram.ts";

function histogramOf(values: readonly number[]): Histogram {
  const histogram = emptyHistogram();
  for (const value of values) addTo(histogram, value);
  return histogram;
}

describe("histograms", () => {
  it("have the bounds that stored ones count by", () => {
    expect(histogramBounds.slice(0, 12)).toEqual([1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64]);
    expect([histogramBounds.length, histogramBounds.at(-1)]).toEqual([54, 134217728]);
  });

  it("add up, as if all had been counted in one", () => {
    const [left, right] = [
      [5, 80, 80_000],
      [0, 80, 7],
    ];
    const sum = histogramOf(left ?? []);
    mergeHistogram(sum, histogramOf(right ?? []));
    expect(sum).toEqual(histogramOf([5, 80, 80_000, 0, 80, 7]));
    expect(sum).toMatchObject({ count: 6, max: 80_000, sum: 80_172 });
  });

  it("give percentiles that are wrong by a fifth at most", () => {
    const values = Array.from({ length: 2000 }, (_, n) => 3 + ((n * 7919) % 2000) ** 1.7);
    const sorted = [...values].sort((left, right) => left - right);
    const histogram = histogramOf(values);
    for (const share of [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1]) {
      const exact = sorted[Math.ceil(share * values.length) - 1] ?? 0;
      const read = quantile(histogram, share) ?? 0;
      expect(Math.abs(read - exact) / exact).toBeLessThan(0.2);
    }
  });

  it("give no more than the longest, and null without any", () => {
    expect(quantile(histogramOf([100, 100, 100]), 0.99)).toBe(100);
    expect(quantile(histogramOf([200_000_000, 300_000_000]), 0.99)).toBeLessThanOrEqual(300_000_000);
    expect(quantile(histogramOf([0, 0]), 0.5)).toBe(0);
    expect(quantile(emptyHistogram(), 0.5)).toBeNull();
  });

  it("count time that runs backwards as none", () => {
    expect(histogramOf([-5])).toEqual(histogramOf([0]));
  });
});
