/**
 * Queue items: everything that is to be done now or later. Sleeps, retries and crons are items with a later due time.
 */

import type { Lane } from "./lane.ts";

/**
 * `start` and `discover` call the function from the top, `step` runs one planned step; these three call an app.
 * `request` does an HTTP request for a step. `wake` ends a sleep or a wait that has timed out, `resume` ends a wait with a
 * result, `match` looks for waits that an event ends, `cancel` and `timeout` end a run, `debounce` and `batch` start one
 * for the events they gathered, `cron` starts a scheduled run, `schedule` does the same for a schedule made at runtime,
 * `bulk` works on the next batch of a bulk job.
 */
export type QueueItemKind =
  | "start"
  | "discover"
  | "step"
  | "request"
  | "wake"
  | "resume"
  | "match"
  | "cancel"
  | "timeout"
  | "debounce"
  | "batch"
  | "cron"
  | "schedule"
  | "bulk";

/** Since when the app of an item cannot be reached. Times are milliseconds since 1970. */
export interface Outage {
  /** The first of the failures in a row. */
  since: number;
  /** The last of them. */
  at: number;
  /** How often it was tried for this item; 0 for one that waits with others. */
  tries: number;
  /** What the last one failed with, as a sentence. */
  error: string;
}

/** What an item went through since its app answered it last. */
export interface Trouble {
  /** How often its app went away in the middle of its call while no other call was under way there. */
  crashes: number;
  /** How often its app went away in the middle of its call and of others. */
  suspicion: number;
  /** Null while its app was reached, or has not been called. */
  unreachable: Outage | null;
}

export interface QueueItem extends Trouble {
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
  /** Milliseconds since 1970: not before this. */
  dueAt: number;
  /**
   * Order among the due items of a lane, low first: milliseconds since 1970 at which the run was queued, less its priority,
   * so that older runs go before newer ones.
   */
  rank: number;
  /** Id of the lane in which it waits for its turn. Null: it waits for nothing but its time. */
  laneId: string | null;
  /** Counts leases; the token that fences out a holder whose lease has run out. 0 before the first. */
  fence: number;
  /** Text of the kind's own, e.g. a cron expression; null for none. */
  payload: string | null;
}

/** An item to put; an item with the same id already there makes it nothing. */
export type QueuePut = Omit<QueueItem, "fence" | "laneId" | keyof Trouble> & {
  /** Null for items that call no app. */
  lane: Lane | null;
};

/** Proof of a lease: what commits and extensions under it must show. */
export interface LeaseToken {
  itemId: string;
  fence: number;
}

/** What an item that is put back unchanged keeps. */
export function troubleOf({ crashes, suspicion, unreachable }: QueueItem): Trouble {
  return { crashes, suspicion, unreachable };
}
