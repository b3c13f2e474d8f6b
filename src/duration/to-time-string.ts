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
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/**
 * A length of time in milliseconds, zero or more.
 * @throws {TypeError} for a negative, infinite or unreadable length.
 * @example
 * const ms: number = durationToMs("1h30m");
 */
export function durationToMs(input: DurationInput): number {
  if (typeof input === "string") return parseDuration(input);
  const ms = typeof input === "number" ? input : isDurationLike(input) ? input.total("milliseconds") : Number.NaN;
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw new TypeError(
    `${show(input)} is not a length of time: expected zero or more milliseconds, a text such as "1h30m", or a Temporal.Duration.`,
  );
}

/**
 * The protocol's text for a length of time, in whole units from weeks to seconds: 5,400,000 gives `"1h30m"`.
 * Less than a second gives `"1s"`, since engines count no finer.
 */
export function toTimeString(input: DurationInput): string {
  let seconds = Math.max(1, Math.floor(durationToMs(input) / 1000));
  let out = "";
  for (const [unit, size] of UNITS) {
    const count = Math.floor(seconds / size);
    if (count > 0) out += `${count}${unit}`;
    seconds -= count * size;
  }
  return out;
}

/**
 * The protocol's text for a moment: ISO 8601 in UTC.
 * @throws {TypeError} when it is no moment.
 */
export function toTimestamp(input: TimestampInput): string {
  const date = new Date(isInstantLike(input) ? input.epochMilliseconds : (input as Date | string));
  if (Number.isNaN(date.getTime()) || typeof input === "number") {
    throw new TypeError(
      `${show(input)} is not a moment in time: expected a valid Date, an ISO 8601 text such as "2030-01-31T09:00:00Z", or a Temporal.Instant.`,
    );
  }
  return date.toISOString();
}

/** A length or a moment, whichever it is. Texts are read as lengths. */
export function toTimeStringOrTimestamp(input: DurationInput | Date | InstantLike): string {
  return input instanceof Date || isInstantLike(input) ? toTimestamp(input) : toTimeString(input);
}

function isDurationLike(value: unknown): value is DurationLike {
  return typeof value === "object" && value !== null && typeof (value as DurationLike).total === "function";
}

function isInstantLike(value: unknown): value is InstantLike {
  return typeof value === "object" && value !== null && typeof (value as InstantLike).epochMilliseconds === "number";
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
