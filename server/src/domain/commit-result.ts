/**
 * What a commit is asked for beside its transition, and what it answers.
 */
import type { QueueItem } from "./queue/queue-item.ts";
import type { Refusal } from "./run/refusal.ts";
import type { RunProgress } from "./run/run.ts";

/** What is due is leased until `leaseUntil`, up to `limit` items. Times are milliseconds since 1970. */
export interface LeaseRequest {
  now: number;
  leaseUntil: number;
  limit: number;
}

/**
 * Lease in the same transaction, up to `limit` items: what was just put and is due, and, when it is subject to limits or the
 * commit freed a slot, whatever has its turn then, which may be another item.
 */
export type Claim = LeaseRequest;

export interface Committed {
  ok: true;
  /** Items leased at once. */
  claimed: QueueItem[];
  /** Ids of those `starts` that were started. */
  startedRuns: string[];
  /** Those recorded as Skipped. */
  skippedRuns: string[];
  /** Runs that a singleton cancelled. */
  cancelledRuns: string[];
  /** What events did not start, and why. */
  refusals: Refusal[];
  /**
   * Earliest due time among the items that it put, put back or synced and did not claim; long ago when others may have their
   * turn now; null for none.
   */
  nextDueAt: number | null;
  /** What became of the run that had to be open; undefined where none had to be, or it has ended. */
  openRun?: RunProgress;
}

/**
 * Nothing was written: the lease is lost, the run is gone or has ended, the wait is gone, another run waits for the signal, the
 * debounce or batch to take has moved on, apps were synced or the run was changed since the decision was made, or an event that came
 * in time for the wait that gives up is still compared with waits.
 */
export interface NotCommitted {
  ok: false;
  reason:
    | "stale"
    | "run-ended"
    | "run-moved"
    | "wait-gone"
    | "signal-conflict"
    | "moved"
    | "registry-moved"
    | "event-matching";
}

export type CommitResult = Committed | NotCommitted;
