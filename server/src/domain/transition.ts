/**
 * The one door for writes: core decides, fills in a Transition, and `store.commit` writes it whole or not at all.
 */
import type { AppRecord, FunctionRecord } from "./app.ts";
import type { BulkJobRecord, BulkProgress } from "./bulk-job.ts";
import type { EventRecord } from "./event.ts";
import type { LimitOverride, LimitTarget } from "./limit-override.ts";
import type { PauseRecord, PauseScope } from "./pause.ts";
import type { LeaseToken, QueuePut, Trouble } from "./queue/queue-item.ts";
import type { TickPayload } from "./queue/queue-payloads.ts";
import type { WaitingStep } from "./queue/queue-puts.ts";
import type { EndedStatus, RunRecord } from "./run/run.ts";
import type { LogWrite } from "./run/run-log.ts";
import type { MetadataWrite } from "./run/run-metadata.ts";
import type { AttemptRecord, StepRecord } from "./run/step.ts";
import type { WaitPut, WaitTake } from "./run/wait.ts";
import type { ScheduleRecord } from "./schedule.ts";

/** `sliding`: exactly the limit in any period. `gcra`: spread out, with a burst of a tenth of the limit. */
export type RateLimitMode = "sliding" | "gcra";

/** At most `limit` starts with the same key in any `periodMs`. */
export interface RateLimitCheck {
  key: string;
  /** The option that asks for it, for people. Default: rateLimit. */
  option?: "rateLimit" | "idempotency";
  limit: number;
  periodMs: number;
  mode: RateLimitMode;
}

/** At most one run with the same key at a time. */
export interface SingletonCheck {
  key: string;
  /** Of a second run: it is skipped, or the first is cancelled. */
  mode: "skip" | "cancel";
}

/**
 * A run to start, with its first item. Left out whole when its event is a repeat or its idempotency key was used within 24
 * hours, or when one of `rateLimits` is reached. With `singleton` or a pause that skips it is recorded as Skipped.
 */
export interface RunStart {
  run: RunRecord;
  item: QueuePut;
  /** All must hold; when one does not, none of them counts this start. The first that does not gives the reason. */
  rateLimits?: RateLimitCheck[];
  singleton?: SingletonCheck;
  /** What is written with the run: its `cancelOn`. */
  waits?: WaitPut[];
  /** What is put with the run: its start timeout. */
  puts?: QueuePut[];
  /** The step that invoked it, which is told why when the run is left out or skipped. */
  onRefused?: WaitingStep;
  /** Ended steps that it remembers from the beginning, in their order. */
  remembered?: StepRecord[];
  /** Run id of the dead letter that it retries: taken out with it. Gone: the start is left out whole. */
  deadLetter?: string;
}

/** An event for a function that starts once no more came for a while. The last event, by `ts`, wins. */
export interface DebounceAdd {
  key: string;
  functionId: string;
  /** Internal id. */
  eventId: string;
  eventTs: number;
  periodMs: number;
  /** Longest wait from the first event on; null for no end to the pushing. */
  timeoutMs: number | null;
  now: number;
  /** An event that exceeds one of them is as if it had not come. */
  rateLimits?: RateLimitCheck[];
  /** Of the run that it would start: an event whose key was used within 24 hours is as if it had not come. */
  idempotencyKey: string | null;
}

/** The end of a debounce: it must still stand as it was read, or nothing is written. */
export interface DebounceTake {
  key: string;
  eventId: string;
  dueAt: number;
}

/** An event for a function that takes many at once. */
export interface BatchAdd {
  key: string;
  functionId: string;
  /** Internal id. */
  eventId: string;
  sizeBytes: number;
  maxSize: number;
  maxBytes: number;
  timeoutMs: number;
  now: number;
  /** An event whose key was taken by a batch or a run of the last 24 hours is left out. Null: no such check. */
  idempotencyKey: string | null;
}

/** The end of a batch: it must still hold this many events, or nothing is written. */
export interface BatchTake {
  batchId: string;
  count: number;
}

/** A step that is to run or to wake later. Skipped whole when the run already knows the step. */
export interface StepPlan {
  step: StepRecord;
  item: QueuePut;
  /** What it waits for; answered by `waitTakes` of a later transition, once. */
  waits?: WaitPut[];
  /** The run that it invokes, and the event that starts that. */
  starts?: RunStart[];
  events?: EventRecord[];
}

/** A step that has ended. The first one counts: a step that has ended already is left as it is. */
export interface StepEnd {
  step: StepRecord;
}

/** What becomes of the item whose lease a transition shows. `trouble` undefined: forgotten; `tick` undefined: its payload stays as it is. */
export type Settlement =
  | { kind: "done" }
  | { kind: "keep" }
  | { kind: "retry"; attempt: number; dueAt: number; trouble?: Trouble; tick?: TickPayload };

export interface RunPatch {
  runId: string;
  /** Undefined leaves as it is. */
  requestVersion?: number;
  forcePlan?: boolean;
  checkpointed?: true;
  /** Ends the run: its items leave the queue, its unended steps become Cancelled. */
  end?: { status: EndedStatus; endedAt: number; output: string | null; reason?: string | null };
}

/** Result of a sync. */
export interface AppSync {
  app: AppRecord;
  /** All functions of the app from now on; others of this app become archived at `app.syncedAt`. */
  functions: FunctionRecord[];
  /** Crons of the app from now on; cron items of this app's functions that are not among them leave the queue. */
  crons: QueuePut[];
}

/** What a transition writes, whatever the lease. */
export type Writes = Omit<Transition, "lease">;

export interface Transition {
  /** The lease under which it is written. Lost: nothing is written. Null: no item is being worked on. */
  lease: LeaseToken | null;
  /** With a lease only. Default: done. */
  settle?: Settlement;
  /**
   * The version of the registry (what apps serve) on which the decision rests, as the store tells it. Another by now: nothing is
   * written. Left out: it rests on none.
   */
  registry?: number;
  /** A run that must exist and not have ended, or nothing is written. */
  openRun?: string;
  /** The version of that run on which the decision rests. Another by now: nothing is written. Left out: it rests on none. */
  runVersion?: number;
  /** First write of an internal id counts. */
  events?: EventRecord[];
  starts?: RunStart[];
  debounces?: DebounceAdd[];
  batches?: BatchAdd[];
  debounceTake?: DebounceTake;
  batchTake?: BatchTake;
  /** A wait that must still be there, and is taken out; gone: nothing is written. */
  openWait?: string;
  /**
   * The wait gives up that `openWait` names. While an event of this name that came before `until` is still compared with waits, this
   * is not committed.
   */
  givesUp?: { event: string; until: number };
  waitTakes?: WaitTake[];
  plans?: StepPlan[];
  ends?: StepEnd[];
  /** Failed attempts, for the timeline. */
  attempts?: AttemptRecord[];
  run?: RunPatch;
  /** In their order. What goes beyond a limit is left out, and its target says so. */
  metadata?: MetadataWrite[];
  /** What there is no room for is counted and left out. */
  logs?: LogWrite;
  /** Put as they are. */
  puts?: QueuePut[];
  /** Put if the run has no pending step after this transition. */
  putWhenIdle?: QueuePut;
  sync?: AppSync;
  /** Items that wait for a later time, and become due at `at` instead. Those that are gone or under way are left as they are. */
  bringForward?: { itemIds: readonly string[]; at: number };
  /** Id of an app to forget: its functions become archived at `at`, its crons leave the queue. */
  removeApp?: { appId: string; at: number };
  /** Replaces a pause of the same target. */
  pause?: PauseRecord;
  resume?: { scope: PauseScope; targetId: string };
  /** Replaces what people have set over the same limit. */
  limitOverride?: LimitOverride;
  /** Limits that are as the code has them again. */
  resetLimits?: readonly LimitTarget[];
  /** Events for the runs that name them alone: they end no waits. First write of an internal id counts. */
  copies?: EventRecord[];
  /** Run ids of dead letters to forget. */
  dropDeadLetters?: string[];
  /** Replaces the schedule with its id. */
  schedule?: ScheduleRecord;
  /** Id of a schedule to forget. */
  removeSchedule?: string;
  bulkJob?: BulkJobRecord;
  bulkProgress?: BulkProgress;
  /** Ends a bulk job that goes on. */
  stopBulkJob?: { id: string; at: number };
}
