/**
 * What `/v2` answers, as types, for those that it is answered to: the API builds them, the command line and the page read them.
 * The only file of the engine that the page may import, for its types alone. Must import nothing.
 */

interface FunctionName {
  id: string;
  /** Null for a function that nothing serves any more. */
  name: string | null;
}

/** A line of `/v2/runs/:id/logs`. */
export interface LogAnswer {
  number: number;
  /** Null for a time that is none. */
  at: string | null;
  level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
  text: string;
  fields: Record<string, unknown> | null;
  stepId: string | null;
  stepName: string | null;
  /** From 0. */
  attempt: number;
}

/** One of `/v2/pauses`. */
export interface PauseAnswer {
  scope: "all" | "app" | "function";
  target: string | null;
  reason: string;
  author: string;
  arriving: "hold" | "skip";
  pausedAt: string;
}

/** One of `/v2/keys`. */
export interface KeyAnswer {
  id: string;
  kind: "api" | "event";
  name: string;
  /** Null for a key that sends events. */
  role: "read" | "operate" | "admin" | null;
  /** The first characters of the key. */
  hint: string;
  state: "works" | "expired" | "revoked";
  createdAt: string;
  createdBy: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
  /** Until when the key before the last rotation works; null when it does not. */
  previousUntil: string | null;
}

/** What makes a key, or rotates one, answers: the key itself, once. */
export interface MadeKeyAnswer extends KeyAnswer {
  key: string;
}

/** `/v2/storage` */
export interface StorageAnswer {
  usedBytes: number;
  diskBytes: number;
  runs: number;
  openRuns: number;
  events: number;
  steps: number;
  /** Missing from an engine that is older. */
  logLines?: number;
  queueItems: number;
  deadLetters: number;
  oldestRunAt: string | null;
  oldestEventAt: string | null;
}

/** Times in milliseconds; null without a run. */
export interface MinuteAnswer {
  at: string;
  completed: number;
  failed: number;
  cancelled: number;
  runP50: number | null;
  runP95: number | null;
  waitP50: number | null;
  waitP95: number | null;
}

/** How often one function failed in the last hour. */
export interface FailuresAnswer {
  function: string;
  count: number;
  lastAt: string;
  error: string;
  perMinute: number[];
}

/** `/v2/overview` */
export interface OverviewAnswer {
  now: string;
  /** Since when it counts. */
  since: string;
  minutes: MinuteAnswer[];
  failures: FailuresAnswer[];
  oldestQueuedAt: string | null;
  calls: number;
  unreachable: { url: string; code: string; message: string }[];
  apps: number;
  storage: StorageAnswer;
}

/** One of `/v2/dead-letter-groups`. */
export interface DeadLetterGroupAnswer {
  function: FunctionName;
  error: { name: string; message: string };
  count: number;
  firstAt: string;
  lastAt: string;
  /** How many failed in each of the last 24 hours, oldest first. */
  perHour: number[];
  runIds: string[];
}

/** One of `/v2/queue`. */
export interface QueueRowAnswer {
  function: FunctionName;
  kind: string;
  /** What holds it, such as the key of a limit; "" for none. */
  label: string;
  count: number;
  oldestAt: string;
  nextAt: string | null;
  sentence: string;
  runIds: string[];
  /** Runs that hold what these wait for. */
  holders: string[];
}

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
