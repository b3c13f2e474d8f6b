/** What `/v2/metrics` answers, as types. Re-exported by ../answers. Must import nothing but types beside it. */
import type { FunctionName } from "./runs.ts";

/** Lengths of time in milliseconds. Percentiles are read off fixed buckets, and wrong by a fifth at most. */
export interface SpreadAnswer {
  count: number;
  avg: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** How it went in a while. */
export interface FiguresAnswer {
  /** Runs that began. */
  started: number;
  /** Runs that ended, by how. */
  completed: number;
  failed: number;
  cancelled: number;
  skipped: number;
  /** From 0 to 1: completed ones of those that completed or failed. Null without any. */
  successRate: number | null;
  /** Attempts that failed and were tried again. */
  retries: number;
  deadLetters: number;
  /** Steps that ended, by how. */
  steps: { completed: number; failed: number; timedOut: number; cancelled: number };
  /** From a run's start to its end. Null without any, as are the next two. */
  runMs: SpreadAnswer | null;
  /** From the queue to the start. */
  waitMs: SpreadAnswer | null;
  /** Of steps that did some work themselves. */
  stepMs: SpreadAnswer | null;
  /** Runs that failed, by the name of their error, most frequent first. */
  errors: { name: string; count: number }[];
  /** Calls of the app, by what came of them: an answer, a failure, nothing that answers, the end of the app. */
  calls: { ok: number; error: number; unreachable: number; crashed: number };
  callMs: SpreadAnswer | null;
}

/** What waits and runs now. */
export interface BacklogAnswer {
  queued: number;
  running: number;
  oldestQueuedAt: string | null;
  /** Milliseconds for which the oldest queued run has waited. Null: none waits. */
  oldestAgeMs: number | null;
  /** Dead letters that nobody has dealt with. */
  deadLetters: number;
}

/** One function in `/v2/metrics`. */
export interface FunctionMetricsAnswer {
  function: FunctionName;
  app: { id: string | null };
  total: FiguresAnswer;
  queue: BacklogAnswer;
  /** The last one ever, in the range or before it. */
  lastSuccessAt: string | null;
  /** In each bucket, in their order. */
  completed: number[];
  failed: number[];
}

/** `/v2/metrics` */
export interface MetricsAnswer {
  /** When the first bucket begins, and when the last one ends or the answer was given. */
  from: string;
  to: string;
  bucket: "minute" | "hour" | "day";
  /** Of all functions that were asked for. */
  total: FiguresAnswer;
  queue: BacklogAnswer;
  lastSuccessAt: string | null;
  /** Oldest first; the last one may be open still. */
  buckets: ({ at: string } & FiguresAnswer)[];
  /** Those with any figures in the range or anything in the queue, most runs first. */
  functions: FunctionMetricsAnswer[];
  /** Calls by app. */
  apps: { app: { id: string | null }; calls: FiguresAnswer["calls"]; callMs: SpreadAnswer | null }[];
}
