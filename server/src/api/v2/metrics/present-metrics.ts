/** Figures as `/v2/metrics` shows them. Called by its route. Pure. */

import type { Figures } from "../../../domain/metrics/figures.ts";
import { type Histogram, quantile } from "../../../domain/metrics/histogram.ts";
import type { Backlog } from "../../../domain/metrics/rollup.ts";
import type { BacklogAnswer, FiguresAnswer, SpreadAnswer } from "../../answers.ts";
import { isoOrNull } from "../../moment.ts";

function presentSpread(histogram: Histogram): SpreadAnswer | null {
  const { count, sum, max } = histogram;
  if (count === 0) return null;
  const at = (share: number): number => quantile(histogram, share) ?? 0;
  return { count, avg: Math.round(sum / count), p50: at(0.5), p95: at(0.95), p99: at(0.99), max };
}

export function presentFigures({ runs, steps, errors, calls, ...figures }: Figures): FiguresAnswer {
  const { Completed: completed = 0, Failed: failed = 0, Cancelled: cancelled = 0, Skipped: skipped = 0 } = runs;
  const ended = completed + failed;
  return {
    started: figures.started,
    completed,
    failed,
    cancelled,
    skipped,
    successRate: ended === 0 ? null : completed / ended,
    retries: figures.retries,
    deadLetters: figures.deadLetters,
    steps: {
      completed: steps.Completed ?? 0,
      failed: steps.Failed ?? 0,
      timedOut: steps.TimedOut ?? 0,
      cancelled: steps.Cancelled ?? 0,
    },
    runMs: presentSpread(figures.runMs),
    waitMs: presentSpread(figures.waitMs),
    stepMs: presentSpread(figures.stepMs),
    errors: Object.entries(errors)
      .map(([name, count]) => ({ name, count }))
      .sort((left, right) => right.count - left.count),
    calls: {
      ok: calls.ok ?? 0,
      error: calls.error ?? 0,
      unreachable: calls.unreachable ?? 0,
      crashed: calls.crashed ?? 0,
    },
    callMs: presentSpread(figures.callMs),
  };
}

/** All of them together. */
export function presentBacklog(rows: readonly Backlog[], now: number): BacklogAnswer {
  const sum = (name: "queued" | "running" | "deadLetters"): number => rows.reduce((total, row) => total + row[name], 0);
  const waiting = rows.flatMap(({ oldestQueuedAt }) => oldestQueuedAt ?? []);
  const oldest = waiting.length === 0 ? null : Math.min(...waiting);
  return {
    queued: sum("queued"),
    running: sum("running"),
    oldestQueuedAt: isoOrNull(oldest),
    oldestAgeMs: oldest === null ? null : Math.max(0, now - oldest),
    deadLetters: sum("deadLetters"),
  };
}
