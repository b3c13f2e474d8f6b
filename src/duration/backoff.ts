/**
 * How long to wait before the next attempt, as users say it. Asked by the replay machine when an attempt has failed. Pure but for the randomness that is passed in.
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

function isList(backoff: Backoff): backoff is readonly DurationInput[] {
  return Array.isArray(backoff);
}
