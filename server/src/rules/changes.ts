/**
 * What a working set has changed, as plain data: what a store writes. Made by working-set.ts; a store that writes it loses
 * nothing and adds nothing. Lists are in the order in which rows came to be, without doubles; most are empty.
 * Written in this order: what is `removed`, what has `changed`, what was `added` or `put`.
 */
import type { AppRecord, FunctionRecord } from "../domain/app.ts";
import type { BulkJobRecord } from "../domain/bulk-job.ts";
import type { EventRecord } from "../domain/event.ts";
import type { LimitOverride, LimitTarget } from "../domain/limit-override.ts";
import type { Tally } from "../domain/metrics/tally.ts";
import type { PauseRecord } from "../domain/pause.ts";
import type { LaneSpec } from "../domain/queue/lane.ts";
import type { QueuePut, Trouble } from "../domain/queue/queue-item.ts";
import type { TickPayload } from "../domain/queue/queue-payloads.ts";
import type { DeadLetterRecord } from "../domain/run/dead-letter.ts";
import type { Refusal } from "../domain/run/refusal.ts";
import type { RunRecord } from "../domain/run/run.ts";
import type { LogRecord } from "../domain/run/run-log.ts";
import type { AttemptRecord, StepRecord } from "../domain/run/step.ts";
import type { WaitRecord } from "../domain/run/wait.ts";
import type { ScheduleRecord } from "../domain/schedule.ts";
import type { BatchRow, DebounceRow, LaneRow, MetadataKey, RateLimitRow, RunRow, WaitCounter } from "./rows.ts";

/** A row that is there already, and the columns of it that are different now. */
export interface Changed<Key, Fields> {
  key: Key;
  fields: Partial<Fields>;
}

/** Rows of one table. */
export interface TableChanges<Key, Row, Fields> {
  /** They may not be there. */
  removed: readonly Key[];
  /** They are there. */
  changed: readonly Changed<Key, Fields>[];
  /** No row has their key, unless it is among those removed. */
  added: readonly Row[];
}

/** Rows of a table that are written whole: in place of the one with their key, or new. */
export interface PutChanges<Key, Row> {
  removed: readonly Key[];
  put: readonly Row[];
}

export interface NewRun extends RunRecord {
  racingCount: number;
  metadataBytes: number;
  logLines: number;
  logBytes: number;
  logsLeftOut: number;
  /** Null: it holds none. */
  singletonKey: string | null;
}

export type RunFields = Pick<
  RunRow,
  "version" | "status" | "stepCount" | "pendingCount" | "racingCount" | "stateBytes"
> &
  Pick<RunRecord, "startedAt" | "endedAt" | "output" | "reason" | "requestVersion" | "forcePlan" | "checkpointed"> & {
    metadataBytes: number;
    logLines: number;
    logBytes: number;
    logsLeftOut: number;
  };

export interface StepKey {
  runId: string;
  id: string;
}

export interface NewStep extends StepRecord {
  /** Place in the order in which the run's steps became known, from 1. */
  sequence: number;
}

export type StepFields = Omit<StepRecord, "runId" | "id" | "race">;

/** Where an item stands in the queue. */
interface ItemPlace {
  laneId: string | null;
  /** Whether it waits for its turn now, not for its time. */
  ready: boolean;
  /** Null for a free item. */
  leasedUntil: number | null;
  /** Counts its leases. */
  fence: number;
}

export interface NewItem extends ItemPlace {
  /** Its lane stands in `laneId`: it may have gone over to another one. */
  put: QueuePut;
}

export interface ItemFields extends ItemPlace, Trouble {
  attempt: number;
  dueAt: number;
  /** Of a cron or a schedule: what its payload is from now on. */
  tick: TickPayload;
}

export interface NewLane extends LaneRow {
  /** Null for a lane without limits. */
  spec: LaneSpec | null;
}

export type LaneFields = Omit<LaneRow, "id" | "functionId">;

export interface RunSlot {
  runId: string;
  key: string;
}

export interface NewBatch extends BatchRow {
  key: string;
}

export interface BatchFields {
  /** Null: it takes no more events. */
  key: null;
  count: number;
  bytes: number;
}

export interface BatchEvent {
  batchId: string;
  /** From 0. */
  number: number;
  eventId: string;
}

export interface NewWait extends WaitRecord {
  number: number;
  /** As `storedValue` writes it. */
  value: string;
}

export interface Changes {
  // Appended only.
  events: readonly EventRecord[];
  refusals: readonly Refusal[];
  attempts: readonly AttemptRecord[];
  logs: readonly LogRecord[];
  batchEvents: readonly BatchEvent[];

  runs: TableChanges<string, NewRun, RunFields>;
  steps: TableChanges<StepKey, NewStep, StepFields>;
  items: TableChanges<string, NewItem, ItemFields>;
  lanes: TableChanges<string, NewLane, LaneFields>;
  runSlots: TableChanges<RunSlot, RunSlot, never>;
  /** The events of a batch that is removed go with it. */
  batches: TableChanges<string, NewBatch, BatchFields>;
  /** A wait for a signal that another run has taken over has no name any more. */
  waits: TableChanges<string, NewWait, { name: "" }>;
  waitCounters: readonly WaitCounter[];
  /** By the id of their run. */
  deadLetters: TableChanges<string, DeadLetterRecord, never>;
  bulkJobs: TableChanges<string, BulkJobRecord, Pick<BulkJobRecord, "status" | "cursor" | "matched" | "endedAt">>;
  functions: TableChanges<string, FunctionRecord, Omit<FunctionRecord, "id" | "slug" | "createdAt">>;

  slots: PutChanges<string, { key: string; used: number }>;
  throttles: PutChanges<string, { key: string; tat: number }>;
  /** The hits of a limit that is removed go with it. */
  rateLimits: PutChanges<string, RateLimitRow & { key: string; expiresAt: number }>;
  /** In place of one with their number. */
  rateLimitHits: readonly { key: string; number: number; at: number }[];
  /** Hits up to this number say nothing any more. */
  forgottenHits: readonly { key: string; upTo: number }[];
  debounces: PutChanges<string, DebounceRow>;
  metadata: PutChanges<never, MetadataKey & { values: string }>;
  apps: PutChanges<string, AppRecord>;
  pauses: PutChanges<Pick<PauseRecord, "scope" | "targetId">, PauseRecord>;
  limitOverrides: PutChanges<LimitTarget, LimitOverride>;
  schedules: PutChanges<string, ScheduleRecord>;

  /** What has happened, to be counted: no rows, but told to the meter after the commit. */
  tallies: readonly Tally[];

  /** The turn of the lane that was served last: where lanes begin that have just come. Adopted after the commit. */
  virtualTime: number;
}

/** Whether apps, functions or the limits set over theirs are others now: what was decided on what they were is old. */
export function changesRegistry({
  apps,
  functions,
  limitOverrides,
}: Pick<Changes, "apps" | "functions" | "limitOverrides">): boolean {
  const overrides = [limitOverrides.put, limitOverrides.removed];
  const registered = [apps.put, apps.removed, functions.added, functions.changed];
  return [...registered, ...overrides].some((rows) => rows.length > 0);
}
