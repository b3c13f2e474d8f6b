/**
 * What a function's author asked for in flow control, as the engine keeps it: times in milliseconds, keys and conditions as
 * CEL. Made by parse-registration, read by core/flow. Holds settings, never state.
 */

/** Steps (or whole runs) that may be at work at once. */
export interface ConcurrencyLimit {
  /** At least 1. */
  limit: number;
  /** CEL over `event`: each value has a limit of its own. Null: one limit for all. */
  key: string | null;
  /** What shares the limit: this function, or all functions of the engine whose key gives the same value. */
  scope: "fn" | "env" | "account";
}

export interface FlowConfig {
  /** Limits on steps that run, at most 2. */
  concurrency: ConcurrencyLimit[];
  /** Limits on runs from start to end, at most 1. */
  runConcurrency: ConcurrencyLimit[];
  /** Starts of runs are spread out, one each `periodMs / limit`; the rest wait. After a quiet time `burst` more start at once. */
  throttle: { limit: number; periodMs: number; burst: number; key: string | null } | null;
  /** Starts beyond the limit are dropped. */
  rateLimit: { limit: number; periodMs: number; key: string | null } | null;
  /** CEL over `event`: one run for each value in 24 hours. */
  idempotency: string | null;
  debounce: { periodMs: number; timeoutMs: number | null; key: string | null } | null;
  batch: { maxSize: number; timeoutMs: number; key: string | null; condition: string | null } | null;
  /** CEL over `event` that gives seconds by which a run jumps ahead. */
  priority: string | null;
  singleton: { mode: "skip" | "cancel"; key: string | null } | null;
  timeouts: { startMs: number | null; finishMs: number | null };
  cancelOn: CancelRule[];
  backoff: BackoffRule | null;
  /** Only a pause of the function itself holds it, not one of its app or of everything. */
  exemptFromPauses: boolean;
}

export interface CancelRule {
  event: string;
  /** CEL over `event` and `async`. Null: every such event cancels. */
  condition: string | null;
  /** A time string or a date, counted from when the run is queued. Null: as long as the run lasts. */
  timeout: string | null;
}

/** The waits that an author wants between attempts. */
export type BackoffRule =
  /** One wait an attempt, in milliseconds; the last one stands for all later ones. */
  | { kind: "list"; delaysMs: number[] }
  /** `jitter` is the share of a wait that is random, 0 to 1. */
  | { kind: "exponential"; initialMs: number; factor: number; maxMs: number; jitter: number };

export const noFlow: FlowConfig = {
  concurrency: [],
  runConcurrency: [],
  throttle: null,
  rateLimit: null,
  idempotency: null,
  debounce: null,
  batch: null,
  priority: null,
  singleton: null,
  timeouts: { startMs: null, finishMs: null },
  cancelOn: [],
  backoff: null,
  exemptFromPauses: false,
};
