/**
 * How long things took, as counts in fixed buckets: those of two minutes or two engines add up, and percentiles are read off the
 * sum. Kept as JSON in the rollups. The bounds must never change: what is stored counts by their numbers.
 */

export interface Histogram {
  count: number;
  /** Milliseconds, of all. */
  sum: number;
  /** Milliseconds, the longest. */
  max: number;
  /** By the number of a bucket; those with nothing in them are left out. */
  buckets: Record<string, number>;
}

/** The highest value of each bucket, in milliseconds: two for each doubling, from 1 ms to 37 hours. What is longer is in one more. */
export const histogramBounds: readonly number[] = [
  ...new Set(Array.from({ length: 55 }, (_, step) => Math.round(2 ** (step / 2)))),
];

export function emptyHistogram(): Histogram {
  return { count: 0, sum: 0, max: 0, buckets: {} };
}

function bucketOf(ms: number): number {
  let [low, high] = [0, histogramBounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ms <= (histogramBounds[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A time that runs backwards, because clocks differ, counts as 0. */
export function addTo(histogram: Histogram, tookMs: number): void {
  const ms = Math.max(0, tookMs);
  const bucket = bucketOf(ms);
  histogram.count += 1;
  histogram.sum += ms;
  histogram.max = Math.max(histogram.max, ms);
  histogram.buckets[bucket] = (histogram.buckets[bucket] ?? 0) + 1;
}

/** Adds all of `from` to `into`. */
export function mergeHistogram(into: Histogram, from: Histogram): void {
  into.count += from.count;
  into.sum += from.sum;
  into.max = Math.max(into.max, from.max);
  for (const [bucket, count] of Object.entries(from.buckets))
    into.buckets[bucket] = (into.buckets[bucket] ?? 0) + count;
}

/**
 * The time within which the share of all lay, in milliseconds: within its bucket as if the values lay evenly there, which is
 * wrong by a fifth at most. Null without values. `share`: 0 to 1.
 */
export function quantile({ count, max, buckets }: Histogram, share: number): number | null {
  if (count === 0) return null;
  const rank = share * count;
  let before = 0;
  for (const number of Object.keys(buckets)
    .map(Number)
    .sort((left, right) => left - right)) {
    const here = buckets[number] ?? 0;
    if (before + here >= rank) {
      const low = number === 0 ? 0 : (histogramBounds[number - 1] ?? 0);
      const high = Math.min(histogramBounds[number] ?? max, max);
      return Math.round(Math.min(low, high) + (high - Math.min(low, high)) * ((rank - before) / here));
    }
    before += here;
  }
  return max;
}
