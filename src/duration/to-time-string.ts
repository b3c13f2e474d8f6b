/**
 * From what users may give as a length or a moment of time to what the protocol sends.
 * Called by the step tools, the registration and RetryAfterError.
 */
import { parseDuration, type TimeString } from "./time-string.ts";

/** The part of Temporal.Duration that is used. */
export interface DurationLike {
  total(unit: "milliseconds"): number;
}

/** The part of Temporal.Instant and Temporal.ZonedDateTime that is used. */
export interface InstantLike {
  readonly epochMilliseconds: number;
}

/** A length of time: milliseconds, a text, or a Temporal.Duration. */
export type DurationInput = number | TimeString | DurationLike;

/** A moment: a Date, a text that `Date` can read, or a Temporal.Instant or ZonedDateTime. */
export type TimestampInput = Date | string | InstantLike;

const UNITS = [
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** What arithmetic with fractions may add to a whole number of milliseconds. */
const NOISE_MS = 1e-6;

/**
 * A length of time in milliseconds, zero or more.
 * @throws {TypeError} for a negative, infinite or unreadable length.
 * @example
 * const ms: number = durationToMs("1h30m");
 */
export function durationToMs(input: DurationInput): number {
  const ms =
    typeof input === "string" ? parseDuration(input) : isDurationLike(input) ? input.total("milliseconds") : input;
  if (Number.isFinite(ms) && (ms as number) >= 0) return ms as number;
  throw unreadable(input, 'length of time such as "1h30m" or 5000 (ms)');
}

/** Whether a value can be read by {@link durationToMs}. */
export function isDuration(value: unknown): value is DurationInput {
  try {
    durationToMs(value as DurationInput);
    return true;
  } catch {
    return false;
  }
}

/**
 * The protocol's text for a length of time, in whole units from weeks to milliseconds: 5,400,000 gives `"1h30m"`.
 * @param resolutionMs what the reader counts in; the length is rounded up to a multiple of it, never down.
 * @throws {TypeError} as {@link durationToMs}, and for a length that no number tells exactly.
 */
export function toTimeString(input: DurationInput, resolutionMs: number = 1): string {
  let restMs = Math.ceil((durationToMs(input) - NOISE_MS) / resolutionMs) * resolutionMs;
  if (restMs > Number.MAX_SAFE_INTEGER) throw unreadable(input, "length of time that an engine can count");
  let out = "";
  for (const [unit, size] of UNITS) {
    const count = Math.floor(restMs / size);
    if (count > 0) out += `${count}${unit}`;
    restMs -= count * size;
  }
  return out || "0s";
}

/** A length that was counted, such as `deadline - now`: one that is over already is zero. */
export function notNegative<T>(input: T): T | 0 {
  const ms = isDurationLike(input) ? input.total("milliseconds") : input;
  return typeof ms === "number" && ms < 0 && Number.isFinite(ms) ? 0 : input;
}

/**
 * The protocol's text for a moment: ISO 8601 in UTC.
 * @throws {TypeError} when it is no moment.
 */
export function toTimestamp(input: TimestampInput): string {
  const date = new Date(isInstantLike(input) ? input.epochMilliseconds : (input as Date | string));
  if (Number.isNaN(date.getTime()) || typeof input === "number")
    throw unreadable(input, 'moment in time such as "2030-01-31T09:00:00Z"');
  return date.toISOString();
}

/** Whether a value is a valid Date, or an instant of Temporal. */
export function isMoment(value: unknown): value is Date | InstantLike {
  return isInstantLike(value) || (value instanceof Date && !Number.isNaN(value.getTime()));
}

/** A length or a moment, whichever it is. Texts are read as lengths. @param resolutionMs as in {@link toTimeString}. */
export function toTimeStringOrTimestamp(input: DurationInput | Date | InstantLike, resolutionMs: number = 1): string {
  return input instanceof Date || isInstantLike(input) ? toTimestamp(input) : toTimeString(input, resolutionMs);
}

function isDurationLike(value: unknown): value is DurationLike {
  return typeof (value as DurationLike | null)?.total === "function";
}

function isInstantLike(value: unknown): value is InstantLike {
  return typeof (value as InstantLike | null)?.epochMilliseconds === "number";
}

function unreadable(input: unknown, expected: string): TypeError {
  return new TypeError(`${typeof input === "string" ? JSON.stringify(input) : String(input)} is not a ${expected}.`);
}
