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
