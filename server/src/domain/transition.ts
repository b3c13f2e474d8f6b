/**
 * The one door for writes: core decides, fills in a Transition, and `store.commit` writes it whole or not at all.
 */
import type { AppRecord, FunctionRecord } from "./app.ts";
import type { EventRecord } from "./event.ts";
import type { LeaseToken, QueuePut } from "./queue-item.ts";
import type { EndedStatus, RunRecord } from "./run.ts";
import type { AttemptRecord, StepRecord } from "./step.ts";

/** A run to start, with its first item. Skipped whole when its event is a repeat or its idempotency key was used within 24 hours. */
export interface RunStart {
  run: RunRecord;
  item: QueuePut;
}

/** A step that is to run or to wake later. Skipped whole when the run already knows the step. */
export interface StepPlan {
  step: StepRecord;
  item: QueuePut;
}

/** A step that has ended. The first one counts: a step that has ended already is left as it is. */
export interface StepEnd {
  step: StepRecord;
}

/** What becomes of the item whose lease a transition shows. */
export type Settlement = { kind: "done" } | { kind: "keep" } | { kind: "retry"; attempt: number; dueAt: number };

export interface RunPatch {
  runId: string;
  /** Undefined leaves as it is. */
  requestVersion?: number;
  forcePlan?: boolean;
  /** Ends the run: its items leave the queue, its unended steps become Cancelled. */
  end?: { status: EndedStatus; endedAt: number; output: string | null };
}

/** Result of a sync. */
export interface AppSync {
  app: AppRecord;
  /** All functions of the app from now on; others of this app become archived at `app.syncedAt`. */
  functions: FunctionRecord[];
  /** Crons of the app from now on; cron items of this app's functions that are not among them leave the queue. */
  crons: QueuePut[];
}

export interface Transition {
  /** The lease under which it is written. Lost: nothing is written. Null: no item is being worked on. */
  lease: LeaseToken | null;
  /** With a lease only. Default: done. */
  settle?: Settlement;
  /** A run that must exist and not have ended, or nothing is written. */
  openRun?: string;
  /** First write of an internal id counts. */
  events?: EventRecord[];
  starts?: RunStart[];
  plans?: StepPlan[];
  ends?: StepEnd[];
  /** Failed attempts, for the timeline. */
  attempts?: AttemptRecord[];
  run?: RunPatch;
  /** Put as they are. */
  puts?: QueuePut[];
  /** Put if the run has no pending step after this transition. */
  putWhenIdle?: QueuePut;
  sync?: AppSync;
  /** Id of an app to forget: its functions become archived at `at`, its crons leave the queue. */
  removeApp?: { appId: string; at: number };
}
