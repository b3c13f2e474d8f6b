/**
 * The store: where everything that must survive lives. Core writes through `commit` alone.
 * Every implementation passes test/conformance. Methods never read a clock: times come in.
 */
import type { AppRecord, FunctionRecord } from "../domain/app.ts";
import type { EventRecord } from "../domain/event.ts";
import type { LeaseToken, QueueItem } from "../domain/queue-item.ts";
import type { RunRecord, RunStatus } from "../domain/run.ts";
import type { AttemptRecord, StepRecord } from "../domain/step.ts";
import type { Transition } from "../domain/transition.ts";

/** Lease in the same transaction what was just put and is due, up to `limit` items. */
export interface Claim {
  now: number;
  leaseUntil: number;
  limit: number;
}

export type CommitResult =
  /**
   * Written and on disk. `claimed`: items leased at once. `startedRuns`: ids of those `starts` that were started;
   * `skippedRuns`: those recorded as Skipped. `cancelledRuns`: runs that a singleton cancelled.
   * `nextDueAt`: earliest due time among the items that it put, put back or synced and did not claim; null for none.
   */
  | {
      ok: true;
      claimed: QueueItem[];
      startedRuns: string[];
      skippedRuns: string[];
      cancelledRuns: string[];
      nextDueAt: number | null;
    }
  /** Nothing was written: the lease is lost, the run is gone or has ended, the wait is gone, or another run waits for the signal. */
  | { ok: false; reason: "stale" | "run-ended" | "wait-gone" | "signal-conflict" };

export interface LeaseRequest {
  now: number;
  leaseUntil: number;
  limit: number;
}

/** All that a call needs to know of a run. */
export interface Execution {
  run: RunRecord;
  /** Steps that have ended, in that order. */
  ended: StepRecord[];
  /** In the order of `run.eventIds`. */
  events: EventRecord[];
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
  /** Run id; only older runs. */
  cursor?: string;
  /** 1 to 1,000. */
  limit: number;
}

export interface Store {
  /**
   * Writes a transition whole, or not at all. Resolves once it is on disk; several may share one sync.
   * @throws EngineError `store_full`, `store_failed`: nothing was written.
   */
  commit(transition: Transition, claim?: Claim): Promise<CommitResult>;
  /**
   * Leases due items, earliest `dueAt` first; expired leases first become free again. Marks the runs of `start` items as
   * Running, with `startedAt`. (So does a claim in `commit`.)
   */
  lease(request: LeaseRequest): Promise<QueueItem[]>;
  /** Prolongs leases. Resolves with those that were lost. */
  extend(tokens: LeaseToken[], leaseUntil: number): Promise<LeaseToken[]>;
  /** Due time of the earliest item that is not leased, or the end of the earliest lease; null for an empty queue. */
  nextDueAt(): Promise<number | null>;

  /** Null when there is no such run. */
  loadExecution(runId: string): Promise<Execution | null>;
  getRun(runId: string): Promise<RunRecord | null>;
  /** Newest first. */
  listRuns(filter: RunFilter): Promise<RunRecord[]>;
  /** Runs that an event started, oldest first. By internal id. */
  listRunsOfEvent(internalId: string): Promise<RunRecord[]>;
  /** All steps of a run: ended ones in their order, then the others as they were planned. */
  listSteps(runId: string): Promise<StepRecord[]>;
  listAttempts(runId: string): Promise<AttemptRecord[]>;
  /** Items of a run that are in the queue, earliest first, at most 100. */
  listItems(runId: string): Promise<QueueItem[]>;

  getEvent(internalId: string): Promise<EventRecord | null>;
  /** Newest first. */
  listEvents(filter: EventFilter): Promise<EventRecord[]>;

  listApps(): Promise<AppRecord[]>;
  /** Archived ones too. */
  listFunctions(): Promise<FunctionRecord[]>;

  /** Waits for what is being written, then lets go of the files. Later calls reject. */
  close(): Promise<void>;
}
