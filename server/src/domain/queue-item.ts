/**
 * Queue items: everything that is to be done now or later. Sleeps, retries and crons are items with a later due time.
 */

/**
 * `start` and `discover` call the function from the top, `step` runs one planned step,
 * `wake` ends a sleep, `cron` starts a scheduled run.
 */
export type QueueItemKind = "start" | "discover" | "step" | "wake" | "cron";

export interface QueueItem {
  id: string;
  kind: QueueItemKind;
  functionId: string;
  /** Null for crons. */
  runId: string | null;
  /** Hash of the step's id, for `step` and `wake`; null otherwise. */
  stepId: string | null;
  /** From 0. */
  attempt: number;
  /** Retries and the first attempt together. */
  maxAttempts: number;
  /**
   * Milliseconds since 1970. Also the order among due items: what carries on a run has the time at which
   * the run was queued, so older runs go before newer ones.
   */
  dueAt: number;
  /** Counts leases; the token that fences out a holder whose lease has run out. 0 before the first. */
  fence: number;
  /** Text of the kind's own, e.g. a cron expression; null for none. */
  payload: string | null;
}

/** An item to put; an item with the same id already there makes it nothing. */
export type QueuePut = Omit<QueueItem, "fence">;

/** Proof of a lease: what commits and extensions under it must show. */
export interface LeaseToken {
  itemId: string;
  fence: number;
}
