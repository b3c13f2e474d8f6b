/**
 * How long to wait before the next attempt, as users say it. Checked when a function or step is defined, asked by the
 * replay machine when an attempt has failed. Pure but for the randomness that is passed in.
 */
import { type DurationInput, durationToMs } from "./to-time-string.ts";

/** Delays that grow: `initial * factor ** attempt`, at most `max`, plus a random share of it. */
export interface ExponentialBackoff {
  /** Delay after the first attempt. Default: 1 s. */
  initial?: DurationInput;
  /** What each delay is multiplied by to give the next, 1 or more. Default: 2. */
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

/**
 * What is wrong with a value for `retries`, as the end of a sentence; null when nothing is.
 * @param max most retries that are allowed.
 */
export function retriesProblem(given: unknown, max: number): string | null {
  const allowed = `a whole number from 0 to ${max}, or { attempts?, backoff? }`;
  if (given === undefined) return null;
  if (typeof given !== "object" || given === null) return countProblem(given, max, allowed);
  const { attempts, backoff, ...rest } = given as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) return `has the unknown key "${unknown}"; allowed: ${allowed}`;
  return (attempts === undefined ? null : countProblem(attempts, max, allowed)) ?? backoffProblem(backoff);
}

function countProblem(given: unknown, max: number, allowed: string): string | null {
  const fine = Number.isInteger(given) && (given as number) >= 0 && (given as number) <= max;
  return fine ? null : `is ${JSON.stringify(given)}; allowed: ${allowed}`;
}

function backoffProblem(given: unknown): string | null {
  if (given === undefined || typeof given === "function") return null;
  const allowed =
    "{ initial?, factor? (1 or more), max?, jitter? (0 to 1) }, a list of lengths of time, or (attempt, error) => length of time";
  const entries = typeof given === "object" && given !== null ? Object.entries(given) : [];
  const list = Array.isArray(given);
  let wrong = typeof given !== "object" || given === null || (list && entries.length === 0);
  for (const [key, value] of entries) {
    if (value === undefined && !list) continue;
    if (list || key === "initial" || key === "max") wrong ||= !isDuration(value);
    else if (key === "factor") wrong ||= !(typeof value === "number" && value >= 1 && value < Number.POSITIVE_INFINITY);
    else wrong ||= key !== "jitter" || !(typeof value === "number" && value >= 0 && value <= 1);
  }
  return wrong ? `has the backoff ${JSON.stringify(given)}; allowed: ${allowed}` : null;
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
