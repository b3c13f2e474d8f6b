/** Lengths and moments of time, from what users write to what the protocol sends. */
export type { Backoff, BackoffFunction, ExponentialBackoff, Retries } from "./backoff.ts";
export { backoffDelayMs, toBackoffMs } from "./backoff.ts";
export type { TimeString } from "./time-string.ts";
export { parseDuration } from "./time-string.ts";
export type { DurationInput, DurationLike, InstantLike, TimestampInput } from "./to-time-string.ts";
export {
  durationToMs,
  isDuration,
  isMoment,
  notNegative,
  toTimeString,
  toTimeStringOrTimestamp,
  toTimestamp,
} from "./to-time-string.ts";
