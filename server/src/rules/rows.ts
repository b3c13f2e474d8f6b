/**
 * The rows that decisions look at, as far as they look at them. Each type names the columns that a store must read, and no
 * more. What is written stands in changes.ts. Times are milliseconds since 1970.
 */
import type { BulkStatus } from "../domain/bulk-job.ts";
import type { LaneState } from "../domain/queue/lane.ts";
import type { QueueItem } from "../domain/queue/queue-item.ts";
import type { RunRecord, RunStatus } from "../domain/run/run.ts";
import type { WaitKind } from "../domain/run/wait.ts";

/** Rows of one index, in its order. */
export interface Rows<Row> {
  rows: readonly Row[];
  /**
   * Whether there are none beyond these. False when the limit cut some off, and when some were skipped because another node
   * has locked them: skipped is not empty.
   */
  complete: boolean;
}

/** An item whose lease was shown. */
export type HeldItem = Pick<QueueItem, "id" | "functionId" | "runId" | "laneId" | "rank">;

/** An item that has just lost its lease, and may have held slots. */
export type FreedItem = Pick<QueueItem, "id" | "functionId" | "laneId">;

export interface RunItem extends FreedItem {
  isLeased: boolean;
}

/** An item of a lane whose time has come. */
export interface DueItem {
  id: string;
  functionId: string;
  laneId: string;
}

export interface RunRow
  extends Pick<
    RunRecord,
    | "id"
    | "version"
    | "functionId"
    | "status"
    | "queuedAt"
    | "startedAt"
    | "stepCount"
    | "pendingCount"
    | "stateBytes"
    | "originalRunId"
  > {
  status: RunStatus;
  /** Of those that are pending, steps of a race. */
  racingCount: number;
}

export interface SingletonHolder {
  id: string;
  functionId: string;
}

export interface StepRow {
  /** Whether it has ended: it has a position, or an end. */
  isEnded: boolean;
  race: boolean;
}

export interface LaneRow {
  id: string;
  functionId: string;
  state: LaneState;
  /** The turns it has had; the lowest goes first. A whole number. */
  vtime: number;
  /** Key and limit of the slot that is full; null in other states. */
  blockedOn: string | null;
  blockedLimit: number | null;
  /** When its throttle lets the next one through; null in other states. */
  notBefore: number | null;
}

export interface RateLimitRow {
  /** Starts counted so far. */
  hits: number;
  /** When the next start would be if all kept their distance; with a fraction. Null: it counts in the other way. */
  tat: number | null;
}

export interface DebounceRow {
  key: string;
  functionId: string;
  /** Internal id of the event that counts so far. */
  eventId: string;
  eventTs: number;
  firstAt: number;
  dueAt: number;
  itemId: string;
  /** When its item was put for; the item may have looked and gone back to sleep since. */
  itemDueAt: number;
}

export interface BatchRow {
  id: string;
  functionId: string;
  /** Events in it. */
  count: number;
  bytes: number;
}

export interface WaitRow {
  id: string;
  runId: string;
  functionId: string;
  /** Null for a cancelling one. */
  stepId: string | null;
}

/** Where the numbers of waits come from: those of one counter grow with every wait, and none is given twice. */
export interface WaitCounter {
  counter: string;
  /** The number given last; 0 before the first. */
  last: number;
}

export interface WaitCounterKey {
  kind: WaitKind;
  name: string;
}

export interface FunctionRow {
  appId: string;
  /** Whether only a pause of its own holds it. */
  isExempt: boolean;
}

export interface BulkJobRow {
  status: BulkStatus;
  cursor: string | null;
  matched: number;
  endedAt: number | null;
}

/** What a row of metadata is known by. */
export interface MetadataKey {
  runId: string;
  stepId: string | null;
  attempt: number | null;
  kind: string;
}
