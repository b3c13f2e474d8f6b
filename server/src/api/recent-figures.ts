/**
 * How the last hour went, minute by minute, from what the engine tells: kept in memory, so it begins when the engine does,
 * costs the same however many runs there are, and is lost with nothing but itself. Made by main, read by `/v2/overview`.
 */
import type { Activity } from "../domain/activity.ts";
import { ulidTime } from "../domain/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { FailuresAnswer, MinuteAnswer } from "./answers.ts";

const minuteMs = 60_000;
const minutes = 60;
/** Durations kept of a minute: enough for a fair p95. */
const samplesMax = 500;
const functionsMax = 200;

interface Minute {
  at: number;
  completed: number;
  failed: number;
  cancelled: number;
  runMs: number[];
  waitMs: number[];
}

interface Failures {
  count: number;
  lastAt: number;
  error: string;
  /** In each of the last 60 minutes, by the minute's own number. */
  perMinute: Map<number, number>;
}

export interface RecentFigures extends Notifier {
  read(): RecentFiguresView;
}

export interface RecentFiguresView {
  /** Milliseconds since 1970: since when it counts. */
  since: number;
  /** Oldest first; the last one is still open. Times in milliseconds; null without a run. */
  minutes: (Omit<MinuteAnswer, "at"> & { at: number })[];
  failures: (Omit<FailuresAnswer, "lastAt"> & { lastAt: number })[];
}

function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}

function keep(samples: number[], value: number): void {
  if (samples.length < samplesMax) samples.push(value);
}

export function createRecentFigures(clock: Clock): RecentFigures {
  return new MemoryFigures(clock);
}

class MemoryFigures implements RecentFigures {
  readonly #clock: Clock;
  readonly #since: number;
  readonly #minutes = new Map<number, Minute>();
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  notify(activity: Activity): void {
    if (activity.kind === "run-started") {
      keep(this.#minuteOf(activity.at).waitMs, Math.max(0, activity.at - ulidTime(activity.runId)));
    }
    if (activity.kind !== "run-ended") return;
    const minute = this.#minuteOf(activity.at);
    if (activity.status === "Completed") minute.completed += 1;
    if (activity.status === "Cancelled") minute.cancelled += 1;
    if (activity.status === "Failed") {
      minute.failed += 1;
      this.#fail(activity.slug, activity.at, activity.error ?? "");
    }
    if (activity.status !== "Skipped") keep(minute.runMs, activity.durationMs);
  }

  read(): RecentFiguresView {
    const last = Math.floor(this.#clock.now() / minuteMs);
    const numbers = Array.from({ length: minutes }, (_, index) => last - minutes + 1 + index);
    return {
      since: this.#since,
      minutes: numbers.map((number) => {
        const minute = this.#minutes.get(number);
        return {
          at: number * minuteMs,
          completed: minute?.completed ?? 0,
          failed: minute?.failed ?? 0,
          cancelled: minute?.cancelled ?? 0,
          runP50: percentile(minute?.runMs ?? [], 0.5),
          runP95: percentile(minute?.runMs ?? [], 0.95),
          waitP50: percentile(minute?.waitMs ?? [], 0.5),
          waitP95: percentile(minute?.waitMs ?? [], 0.95),
        };
      }),
      failures: [...this.#failures]
        .map(([slug, { lastAt, error, perMinute }]) => {
          const counts = numbers.map((number) => perMinute.get(number) ?? 0);
          return {
            function: slug,
            count: counts.reduce((sum, count) => sum + count, 0),
            lastAt,
            error,
            perMinute: counts,
          };
        })
        .filter(({ count }) => count > 0)
        .sort((left, right) => right.count - left.count),
    };
  }

  #minuteOf(at: number): Minute {
    const number = Math.floor(at / minuteMs);
    const known = this.#minutes.get(number);
    if (known !== undefined) return known;
    for (const old of this.#minutes.keys()) if (old <= number - minutes) this.#minutes.delete(old);
    const minute: Minute = { at: number * minuteMs, completed: 0, failed: 0, cancelled: 0, runMs: [], waitMs: [] };
    this.#minutes.set(number, minute);
    return minute;
  }

  #fail(slug: string, at: number, error: string): void {
    const number = Math.floor(at / minuteMs);
    const known = this.#failures.get(slug);
    if (known === undefined && this.#failures.size >= functionsMax) return;
    const failures = known ?? { count: 0, lastAt: at, error, perMinute: new Map<number, number>() };
    failures.lastAt = at;
    failures.error = error.slice(0, 300);
    failures.perMinute.set(number, (failures.perMinute.get(number) ?? 0) + 1);
    for (const old of failures.perMinute.keys()) if (old <= number - minutes) failures.perMinute.delete(old);
    this.#failures.set(slug, failures);
  }
}
