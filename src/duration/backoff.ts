/**
 * How long to wait before the next attempt, as users say it. Checked when a function or step is defined, asked by the
 * replay machine when an attempt has failed. Pure but for the randomness that is passed in.
 */
import { type DurationInput, durationToMs } from "./to-time-string.ts";

/** Delays that grow: `initial * factor ** attempt`, at most `max`, plus a random share of it. */
export interface ExponentialBackoff {
  /** Delay after the first attempt. Default: 1 s. */
  initial?: DurationInput;
  /** What each delay is multiplied by to give the next, 1 to 1000. Default: 2. */
  factor?: number;
  /** Longest delay before jitter. Default: 1 h. */
  max?: DurationInput;
  /** Largest share of the delay that is added at random, 0 to 1. Default: 0. */
  jitter?: number;
}

/**
 * Gives the delay after a failed attempt. Null or undefined leaves it to the engine.
 * @param attempt the attempt that failed, counted from 0.
 */
export type BackoffFunction = (attempt: number, error: unknown) => DurationInput | null | undefined;

/** Growing delays, a list of delays (the last one repeats), or a function. */
export type Backoff = ExponentialBackoff | readonly DurationInput[] | BackoffFunction;

/** Retries after the first attempt: their number, or their number and the delays between them. */
export type Retries = number | { attempts?: number; backoff?: Backoff };

const INITIAL_MS = 1000;
const FACTOR = 2;
const MAX_MS = 3_600_000;
/** What engines take. */
const FACTOR_MAX = 1000;
const LIST_MAX = 100;

/** A {@link Backoff} with every default filled in, in milliseconds: what travels to engines that know it. */
export type BackoffMs = { initial: number; factor: number; max: number; jitter: number } | number[];

/** What can be told beforehand; null for a function, which has to be asked each time. */
export function toBackoffMs(backoff: Backoff): BackoffMs | null {
  if (typeof backoff === "function") return null;
  if (isList(backoff)) return backoff.map(durationToMs);
  const { initial = INITIAL_MS, factor = FACTOR, max = MAX_MS, jitter = 0 } = backoff;
  return { initial: durationToMs(initial), factor, max: durationToMs(max), jitter };
}

/**
 * The delay before the next attempt, in milliseconds; null leaves it to the engine.
 * @param attempt the attempt that failed, counted from 0.
 * @throws {TypeError} when a function gives what is no length of time; what the function throws passes through.
 */
export function backoffDelayMs(
  backoff: Backoff,
  attempt: number,
  error: unknown,
  random: () => number = Math.random,
): number | null {
  if (typeof backoff === "function") {
    const delay = backoff(attempt, error);
    return delay === null || delay === undefined ? null : durationToMs(delay);
  }
  const known = toBackoffMs(backoff) as BackoffMs;
  if (Array.isArray(known)) return known[Math.min(attempt, known.length - 1)] ?? null;
  const delayMs = Math.min(known.max, known.initial * known.factor ** attempt);
  return delayMs * (1 + known.jitter * random());
}

const BACKOFF =
  "{ initial?, factor? (1 to 1000), max?, jitter? (0 to 1) }, a list of 1 to 100 lengths of time, or (attempt, error) => length of time";

/**
 * What is wrong with a value for `retries`, as the end of a sentence; null when nothing is.
 * @param max most retries that are allowed.
 */
export function retriesProblem(given: unknown, max: number): string | null {
  const { attempts, backoff, ...rest } = (
    typeof given === "object" && given !== null ? given : { attempts: given === undefined ? 0 : given }
  ) as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  const allowed = `; allowed: a whole number from 0 to ${max}, or { attempts?, backoff? }`;
  if (unknown !== undefined) return `has the unknown key "${unknown}"${allowed}`;
  if (attempts !== undefined && !(Number.isInteger(attempts) && isBetween(attempts, 0, max))) {
    return `is ${JSON.stringify(attempts)}${allowed}`;
  }
  return backoff === undefined || isBackoff(backoff)
    ? null
    : `has the backoff ${JSON.stringify(backoff)}; allowed: ${BACKOFF}`;
}

function isBackoff(given: unknown): boolean {
  if (typeof given !== "object" || given === null) return typeof given === "function";
  if (Array.isArray(given)) return isBetween(given.length, 1, LIST_MAX) && given.every(isDuration);
  return Object.entries(given).every(([key, value]) => {
    if (value === undefined) return true;
    if (key === "initial" || key === "max") return isDuration(value);
    if (key === "factor") return isBetween(value, 1, FACTOR_MAX);
    return key === "jitter" && isBetween(value, 0, 1);
  });
}

function isBetween(value: unknown, min: number, max: number): boolean {
  return typeof value === "number" && value >= min && value <= max;
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

function isList(backoff: Backoff): backoff is readonly DurationInput[] {
  return Array.isArray(backoff);
}
