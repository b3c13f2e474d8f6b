/** Reads which figures a request for metrics asks for: whose, of what time, in which buckets. Called by metrics.ts. */
import { EngineError } from "../../../domain/error.ts";
import { type BucketUnit, bucketStart, bucketUnits, keptMs, unitMs } from "../../../domain/metrics/rollup.ts";
import type { ApiContext } from "../../api-parts.ts";
import { readTime } from "../../query.ts";

export interface MetricsQuery {
  unit: BucketUnit;
  /** Milliseconds since 1970 at which the first bucket begins, and before which the last one does. */
  from: number;
  until: number;
  /** When the range ends, as people say it. */
  to: number;
}

const defaultMs = unitMs.day;
/** Of one answer. */
const bucketsMax = 1500;
/** The longest range that is shown in buckets of a unit where none is asked for. */
const longestMs: readonly [BucketUnit, number][] = [
  ["minute", 6 * unitMs.hour],
  ["hour", 14 * unitMs.day],
];

const invalid = (message: string): EngineError => new EngineError("invalid_request", message);

function readUnit(c: ApiContext, lengthMs: number, ageMs: number): BucketUnit {
  const text = c.req.query("bucket");
  const unit = bucketUnits.find((known) => known === text?.toLowerCase());
  if (unit !== undefined) return unit;
  return longestMs.find(([known, most]) => lengthMs <= most && ageMs <= keptMs[known])?.[0] ?? "day";
}

/** A bucket that begins before `from` and ends after it counts whole. @throws EngineError `invalid_request` */
export function readMetricsQuery(c: ApiContext, now: number): MetricsQuery {
  const to = readTime(c, "to");
  // What happens now belongs to it.
  const until = to ?? now + 1;
  const from = readTime(c, "from") ?? (to ?? now) - defaultMs;
  if (from >= until) throw invalid("`from` must be before `to`. Without `to` the range ends now.");
  const unit = readUnit(c, until - from, now - from);
  const first = bucketStart(unit, from);
  const count = Math.ceil((until - first) / unitMs[unit]);
  if (count > bucketsMax)
    throw invalid(
      `The range has ${count} ${unit}s, and an answer at most ${bucketsMax}. Ask for a shorter range or a longer bucket.`,
    );
  if (first < bucketStart(unit, now - keptMs[unit]))
    throw invalid(
      `Figures by ${unit} are kept for ${keptMs[unit] / unitMs.day} days. Ask for a later \`from\`${unit === "day" ? "" : " or a longer bucket"}.`,
    );
  return { unit, from: first, until, to: to ?? now };
}
