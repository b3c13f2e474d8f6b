/**
 * The store: where everything that must survive lives. Core writes through `commit` alone.
 * Every implementation passes test/conformance. Methods never read a clock: times come in.
 */
import type { AppRecord, FunctionRecord } from "../domain/app.ts";
import type { BulkJobRecord, BulkKind } from "../domain/bulk-job.ts";
import type { Claim, CommitResult, LeaseRequest } from "../domain/commit-result.ts";
import type { EngineError } from "../domain/error.ts";
import type { EventRecord } from "../domain/event.ts";
import type { LimitOverride } from "../domain/limit-override.ts";
import type { Backlog, BucketUnit, RollupBatch, RollupFilter, RollupRecord } from "../domain/metrics/rollup.ts";
import type { PauseRecord } from "../domain/pause.ts";
import type { FunctionOutage, LeaseToken, QueueItem } from "../domain/queue/queue-item.ts";
import type { QueuePlace } from "../domain/queue/queue-place.ts";
import type { DeadLetterRecord } from "../domain/run/dead-letter.ts";
import type { Refusal } from "../domain/run/refusal.ts";
import type { RunRecord, RunStatus } from "../domain/run/run.ts";
import type { LogLevel, LogRecord } from "../domain/run/run-log.ts";
import type { MetadataRecord } from "../domain/run/run-metadata.ts";
import type { AttemptRecord, StepRecord } from "../domain/run/step.ts";
import type { WaitRecord } from "../domain/run/wait.ts";
import type { ScheduleRecord } from "../domain/schedule.ts";
import type { Transition } from "../domain/transition.ts";
import type { AccessStore } from "./access-store.ts";
import type { AlertStore } from "./alert-store.ts";
import type { Peers } from "./peers.ts";
import type { WebhookStore } from "./webhook-store.ts";

export type { Claim, CommitResult, LeaseRequest } from "../domain/commit-result.ts";

/** All that a call needs to know of a run. */
export interface Execution {
  run: RunRecord;
  /** Steps that have ended, in that order. */
  ended: StepRecord[];
  /** In the order of `run.eventIds`. */
  events: EventRecord[];
  /** Ids of steps that are under way, for a call that asks what comes next although some are. Default: none. */
  pending?: readonly string[];
}

/** Events for one run, waiting until no more have come for a while. */
export interface DebounceRecord {
  key: string;
  functionId: string;
  /** Internal id of the event that counts so far. */
  eventId: string;
  /** Milliseconds since 1970: when the run starts, if nothing more comes. */
  dueAt: number;
  /** The queue item that starts it. */
  itemId: string;
}

/** Events gathered for one run. */
export interface BatchRecord {
  /** Also the id of the queue item that starts the run. */
  id: string;
  functionId: string;
  /** Internal ids, in the order in which they came. */
  eventIds: string[];
}

export interface EventFilter {
  name?: string;
  /** Milliseconds since 1970, exclusive. */
  receivedBefore?: number;
  receivedAfter?: number;
  /** Internal id; only older events. */
  cursor?: string;
  /** 1 to 1,000. */
  limit: number;
}

export interface RunFilter {
  status?: RunStatus;
  functionId?: string;
  /** Any of these. */
  statuses?: readonly RunStatus[];
  functionIds?: readonly string[];
  /** Milliseconds since 1970: from (inclusive) until (exclusive). Runs that have no such time yet are left out. */
  time?: { field: "queuedAt" | "startedAt" | "endedAt"; from?: number; until?: number };
  /** By id, and so by the time at which they were queued. Default: newest. */
  order?: "newest" | "oldest";
  /** Run id; only runs that come after it in the order. */
  cursor?: string;
  /** Run id; only runs that were queued before it. */
  before?: string;
  /** 1 to 1,000. */
  limit: number;
}

export interface DeadLetterFilter {
  functionIds?: readonly string[];
  /** Milliseconds since 1970 at which the run failed: from (inclusive) until (exclusive). */
  from?: number;
  until?: number;
  /** By run id. Default: newest. */
  order?: "newest" | "oldest";
  /** Run id; only those that come after it in the order. */
  cursor?: string;
  /** Run id; only runs that were queued before it. */
  before?: string;
  /** 1 to 1,000. */
  limit: number;
}

export interface SweepRequest {
  /** Milliseconds since 1970: what ended or was received before this goes. */
  before: number;
  /** Runs, and events, looked at in one batch. */
  limit: number;
  /** What the batch before answered; null for the first. */
  cursor: string | null;
}

export interface SweepResult {
  /** How many went. */
  runs: number;
  events: number;
  /** For the next batch; null when nothing more can go. */
  cursor: string | null;
}

/** How much there is, and how much room it takes. */
export interface StorageUse {
  /** Bytes that records take. */
  usedBytes: number;
  /** Bytes on disk, room that is free for reuse included; 0 in memory. */
  diskBytes: number;
  runs: number;
  openRuns: number;
  events: number;
  steps: number;
  /** Lines of the logs of runs. */
  logLines: number;
  queueItems: number;
  deadLetters: number;
  /** Milliseconds since 1970; null without runs or events. */
  oldestRunAt: number | null;
  oldestEventAt: number | null;
}

export interface LogFilter {
  runId: string;
  /** Number of the last line of the page before; 0 for the first page. */
  after: number;
  /** 1 to 1,001. */
  limit: number;
  /** Default: all. */
  levels?: readonly LogLevel[];
  /** Hash of a step's id; null for the function's body. Default: both. */
  stepId?: string | null;
}

export interface LogPage {
  lines: LogRecord[];
  /** Lines of the whole run that there was no room for. */
  leftOut: number;
}

/** Waits for events to look for, a page at a time. */
export interface WaitLookup {
  /** Of the event. */
  name: string;
  path: string;
  /** What the event has at the path; "" with an empty path. */
  value: string;
  /** Number of the last one of the page before; 0 for the first page. */
  after: number;
  /** Number of the last one to look at. */
  upTo: number;
  /** 1 to 1,000. */
  limit: number;
}

/** What may be asked of a store: for those who must not write. */
export interface StoreReader {
  /**
   * When there may be something to lease: due time of the earliest item that is not leased, the end of the earliest lease,
   * or of a throttle's wait. Items that wait for a slot or are paused do not count. Null for nothing.
   */
  nextDueAt(): Promise<number | null>;

  /** Null when there is no such run. */
  loadExecution(runId: string): Promise<Execution | null>;
  getRun(runId: string): Promise<RunRecord | null>;
  /** The newest run with this idempotency key; null when there is none. */
  findRunByKey(idempotencyKey: string): Promise<RunRecord | null>;
  /** Why an event, by its internal id, did not start functions that it would have started. */
  listRefusals(eventId: string): Promise<Refusal[]>;
  /** Newest first. */
  listRuns(filter: RunFilter): Promise<RunRecord[]>;
  /** Runs that an event started, oldest first. By internal id. */
  listRunsOfEvent(internalId: string): Promise<RunRecord[]>;
  /** All steps of a run: ended ones in their order, then the others as they were planned. */
  listSteps(runId: string): Promise<StepRecord[]>;
  /** Ids of the steps of a run that have not ended, as they were planned. */
  listPendingSteps(runId: string): Promise<string[]>;
  listAttempts(runId: string): Promise<AttemptRecord[]>;
  /** What is known about a run and its steps beside their results, as the entries first came. */
  listMetadata(runId: string): Promise<MetadataRecord[]>;
  /** A part of a run's log, as its lines came. */
  listLogs(filter: LogFilter): Promise<LogPage>;
  /** Null when the run does not know the step. */
  getStep(runId: string, stepId: string): Promise<StepRecord | null>;

  /** Fields by which waits for events of this name are looked up; "" for those that take every event of the name. */
  listWaitPaths(eventName: string): Promise<string[]>;
  /** Oldest first. */
  findWaits(lookup: WaitLookup): Promise<{ number: number; wait: WaitRecord }[]>;
  getWait(waitId: string): Promise<WaitRecord | null>;
  /** The wait that a signal would end; null for none. */
  findSignalWait(signal: string): Promise<WaitRecord | null>;
  /** What a run waits for, as it was written. */
  listWaits(runId: string): Promise<WaitRecord[]>;
  /** Null when it is not in the queue. */
  getItem(itemId: string): Promise<QueueItem | null>;
  /** Items of a run that are in the queue, earliest first, at most 100. */
  listItems(runId: string): Promise<QueueItem[]>;

  /** Null when there is none under the key. */
  getDebounce(key: string): Promise<DebounceRecord | null>;
  /** Null when there is none, or its run has been started. */
  getBatch(id: string): Promise<BatchRecord | null>;

  getEvent(internalId: string): Promise<EventRecord | null>;
  /** In the order of the internal ids; those that are missing are left out. */
  getEvents(internalIds: string[]): Promise<EventRecord[]>;
  /** Newest first. */
  listEvents(filter: EventFilter): Promise<EventRecord[]>;

  getDeadLetter(runId: string): Promise<DeadLetterRecord | null>;
  listDeadLetters(filter: DeadLetterFilter): Promise<DeadLetterRecord[]>;
  getSchedule(id: string): Promise<ScheduleRecord | null>;
  /** Oldest first. */
  listSchedules(): Promise<ScheduleRecord[]>;
  getBulkJob(id: string): Promise<BulkJobRecord | null>;
  /** Newest first, at most 100. */
  listBulkJobs(kind?: BulkKind): Promise<BulkJobRecord[]>;
  /** By the beginning of their buckets, oldest first. */
  listRollups(filter: RollupFilter): Promise<RollupRecord[]>;
  /** What waits, runs and has failed for good, by function. Counts what is open, so it takes longer the more that is. */
  listBacklog(): Promise<Backlog[]>;
  /** Which functions have items that could not reach their app. */
  listOutages(): Promise<FunctionOutage[]>;
  /** Bytes that records take: cheap. */
  usedBytes(): Promise<number>;
  /** Counts everything: takes time with many records. */
  storage(): Promise<StorageUse>;

  /** Where the items of a run stand and what holds them, earliest first, at most 100. `now`: milliseconds since 1970. */
  listPlaces(runId: string, now: number): Promise<QueuePlace[]>;
  /** Oldest first. */
  listPauses(): Promise<PauseRecord[]>;
  /** Limits that people have set over those of the code, oldest first. */
  listLimitOverrides(): Promise<LimitOverride[]>;

  listApps(): Promise<AppRecord[]>;
  /**
   * A number that every sync changes, and every change of a limit that people set, by whichever engine: as of the last commit or lease of this store, so that it is asked at no
   * cost. What was listed under another number may be old.
   */
  registryVersion(): number;
  /** Archived ones too. */
  listFunctions(): Promise<FunctionRecord[]>;

  /**
   * The `store_damaged` error that was met first; null while the records are whole as far as is known. What is damaged stays
   * so until it is restored.
   */
  damage(): EngineError | null;
}

export interface Store extends StoreReader {
  /** Whether other engines may have the state open at the same time. */
  readonly shared: boolean;
  /**
   * Writes a transition whole, or not at all. Resolves once it is on disk; several may share one sync.
   * @throws EngineError `store_full`, `store_damaged`, `store_failed`: nothing was written.
   */
  commit(transition: Transition, claim?: Claim): Promise<CommitResult>;
  /**
   * Leases due items: those without a lane first, earliest `dueAt` first; then lanes take turns, and in each the lowest
   * `rank` goes first. No limit of a lane is exceeded, and nothing of a paused function is leased. Expired leases first
   * become free again. Marks the runs of `start` items as Running, with `startedAt`. (So does a claim in `commit`.)
   */
  lease(request: LeaseRequest): Promise<QueueItem[]>;
  /** Prolongs leases. Resolves with those that were lost. */
  extend(tokens: LeaseToken[], leaseUntil: number): Promise<LeaseToken[]>;
  /**
   * Deletes a batch of what is old: runs that have ended, with their steps, attempts, metadata, logs and dead letters, oldest
   * first; then events that no run names any more.
   */
  sweep(request: SweepRequest): Promise<SweepResult>;
  /** Adds what an engine has counted to what is kept. A batch that comes twice counts once. */
  addRollups(batch: RollupBatch): Promise<void>;
  /** Deletes the buckets that began before these times. Resolves with how many went. */
  sweepRollups(before: Readonly<Record<BucketUnit, number>>): Promise<number>;
  /** Gives up to `bytes` of free room back to the disk. Resolves with what is free still. */
  compact(bytes: number): Promise<number>;
  /** Who may use the engine, and who did what. */
  readonly access: AccessStore;
  /** Webhooks, and what became of their deliveries. */
  readonly webhooks: WebhookStore;
  /** Alert rules, channels, and what they came to. */
  readonly alerts: AlertStore;
  /** The other engines that have the state open. Null: there can be none. */
  readonly peers: Peers | null;
  /** Waits for what is being written, then lets go of the files. Later calls reject. */
  close(): Promise<void>;
}
