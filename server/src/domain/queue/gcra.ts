/**
 * The generic cell rate algorithm: starts are spread out evenly, with some ahead of time. Pure.
 * See docs/flow-control.md#throttle.
 */

/** What a throttle with these settings comes to, in milliseconds. */
export interface Pace {
  /** Between two starts that keep their distance. */
  intervalMs: number;
  /** How far ahead of that starts may run. */
  toleranceMs: number;
}

/** `limit` starts in `periodMs`, and `burst` more at once. */
export function paceOf({ limit, periodMs, burst }: { limit: number; periodMs: number; burst: number }): Pace {
  const intervalMs = periodMs / limit;
  return { intervalMs, toleranceMs: intervalMs * (burst + 1) };
}

/** What divisions lose of a millisecond does not hold a start back. */
function slackMs(pace: Pace): number {
  return Math.min(0.01, pace.intervalMs / 100);
}

/** How many may start now. `tat`: when the next one would start if all kept their distance, milliseconds since 1970. */
export function startsNow(pace: Pace, tat: number, now: number): number {
  const aheadMs = Math.max(tat - now, 0);
  return Math.max(0, Math.floor((pace.toleranceMs - aheadMs + slackMs(pace)) / pace.intervalMs));
}

/** The `tat` after `count` starts. Clocks tick in whole milliseconds: a start that is late by less keeps the pace. */
export function afterStarts(pace: Pace, tat: number, now: number, count: number): number {
  return (tat > now - 1 ? tat : now) + count * pace.intervalMs;
}

/** When at least one may start, whole milliseconds since 1970. */
export function nextStartAt(pace: Pace, tat: number, now: number): number {
  if (startsNow(pace, tat, now) > 0) return now;
  const at = Math.max(now + 1, Math.ceil(tat + pace.intervalMs - pace.toleranceMs - slackMs(pace)));
  // The two sums round differently.
  return startsNow(pace, tat, at) > 0 ? at : at + 1;
}
