/**
 * When to try again. Pure: randomness comes in.
 * See docs/sdk.md#errors-and-retries.
 */

import type { BackoffRule } from "./flow.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Waits after attempt 0, 1, 2 …, in milliseconds. */
const waits: readonly number[] = [
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  40 * MINUTE,
  60 * MINUTE,
];
/** After all later ones. */
const longestWait = 120 * MINUTE;

const jitterMs = 30 * SECOND;

export interface BackoffOptions {
  /** The same wait after every attempt, in milliseconds, without jitter. Null: the table and 0 to 30 s of jitter. */
  retryIntervalMs: number | null;
}

/**
 * Milliseconds to wait after a failed attempt. `attempt` counts from 0, `random` is uniform from 0 to below 1.
 * `rule`: what the function's author wants; it goes before `options`. Null for nothing.
 */
export function backoffMs(
  attempt: number,
  random: number,
  options: BackoffOptions,
  rule: BackoffRule | null = null,
): number {
  if (rule !== null) return ruledMs(rule, Math.max(attempt, 0), random);
  if (options.retryIntervalMs !== null) return options.retryIntervalMs;
  const wait = waits[Math.max(attempt, 0)] ?? longestWait;
  return wait + Math.floor(random * jitterMs);
}

const firstUnreachableMs = SECOND;
const longestUnreachableMs = MINUTE;
/** The share of a wait that is up to chance. */
const unreachableJitter = 0.2;

/** Milliseconds to wait before an app is tried again that could not be reached. `tries` before this one, `random` as above. */
export function unreachableBackoffMs(tries: number, random: number): number {
  const wait = Math.min(firstUnreachableMs * 2 ** Math.min(tries, 10), longestUnreachableMs);
  return Math.round(wait * (1 - unreachableJitter * random));
}

function ruledMs(rule: BackoffRule, attempt: number, random: number): number {
  if (rule.kind === "list") return rule.delaysMs[Math.min(attempt, rule.delaysMs.length - 1)] ?? 0;
  const delayMs = Math.min(rule.maxMs, rule.initialMs * rule.factor ** attempt);
  return Math.round(delayMs * (1 + rule.jitter * random));
}
