/**
 * Queue items: everything that is to be done now or later. Sleeps, retries and crons are items with a later due time.
 * Each kind has fields and a payload of its own. domain/queue/queue-puts makes items, domain/queue/queue-codec reads and writes stored ones.
 */
import type { Lane } from "./lane.ts";
import type { QueuePayloads } from "./queue-payloads.ts";

/**
 * `start` and `discover` call the function from the top, `step` runs one planned step; these three call an app.
 * `request` does an HTTP request for a step. `wake` ends a sleep or a wait that has timed out, `resume` ends a wait with a
 * result, `match` looks for waits that an event ends, `cancel` and `timeout` end a run, `debounce` and `batch` start one
 * for the events they gathered, `cron` starts a scheduled run, `schedule` does the same for a schedule made at runtime,
 * `bulk` works on the next batch of a bulk job. `unreadable` stands for a stored item that this engine cannot read.
 */
export type QueueItemKind = keyof QueuePayloads;

/** Kinds that call an app. */
export type CallKind = "start" | "discover" | "step";

/** Kinds that are about a step of a run. */
export type StepKind = "step" | "request" | "wake" | "resume";

/** Kinds that are about a run. */
export type RunKind = CallKind | StepKind | "cancel" | "timeout";

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

/** What the items of a function say of its app together. */
export interface FunctionOutage {
  functionId: string;
  /** The earliest `since` of their outages, milliseconds since 1970. */
  since: number;
  /** The latest `at`. */
  at: number;
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

/** What items of all kinds have. */
export interface ItemFields {
  id: string;
  functionId: string;
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
}

/** What an item is about. */
export interface ItemSubject<K extends QueueItemKind> {
  kind: K;
  runId: K extends RunKind ? string : K extends "unreadable" ? string | null : null;
  /** Hash of the step's id. */
  stepId: K extends StepKind ? string : K extends "unreadable" ? string | null : null;
  payload: QueuePayloads[K];
}

/** What an item has once it is in the queue. */
export interface ItemState extends Trouble {
  /** Id of the lane in which it waits for its turn. Null: it waits for nothing but its time. */
  laneId: string | null;
  /** Counts leases; the token that fences out a holder whose lease has run out. 0 before the first. */
  fence: number;
}

/** An item of these kinds. */
export type QueueItemOf<K extends QueueItemKind> = { [P in K]: ItemFields & ItemSubject<P> & ItemState }[K];

export type QueueItem = QueueItemOf<QueueItemKind>;

/** An item of these kinds to put; an item with the same id already there makes it nothing. */
export type QueuePutOf<K extends Exclude<QueueItemKind, "unreadable">> = {
  [P in K]: ItemFields &
    ItemSubject<P> & {
      /** Null for items that call no app. */
      lane: Lane | null;
    };
}[K];

export type QueuePut = QueuePutOf<Exclude<QueueItemKind, "unreadable">>;

/** Proof of a lease: what commits and extensions under it must show. */
export interface LeaseToken {
  itemId: string;
  fence: number;
}

export function leaseOf({ id, fence }: Pick<QueueItem, "id" | "fence">): LeaseToken {
  return { itemId: id, fence };
}

/** What an item that is put back unchanged keeps. */
export function troubleOf({ crashes, suspicion, unreachable }: Trouble): Trouble {
  return { crashes, suspicion, unreachable };
}
