/**
 * Bulk jobs: one thing done to all runs that a filter finds, in batches, across restarts.
 */
import type { RunStatus } from "./run/run.ts";

export const bulkKinds = ["cancel", "rerun", "retry-dead-letters", "drop-dead-letters"] as const;
export type BulkKind = (typeof bulkKinds)[number];

/** Which runs; what is left out does not narrow it. */
export interface BulkFilter {
  functionIds?: string[];
  statuses?: RunStatus[];
  /** Milliseconds since 1970 at which a run was queued: from (inclusive) until (exclusive). */
  from?: number;
  until?: number;
  /** CEL over `event` and `output`. */
  condition?: string;
}

export interface BulkRequest {
  kind: BulkKind;
  filter: BulkFilter;
  /** For people; null for none. */
  reason: string | null;
}

export type BulkStatus = "Running" | "Completed" | "Stopped";

export interface BulkJobRecord {
  /** ULID. Only runs with lower ids, those queued before it, are looked at. */
  id: string;
  kind: BulkKind;
  filter: BulkFilter;
  /** Why, for people; null for none. */
  reason: string | null;
  status: BulkStatus;
  /** Id of the last run looked at; null before the first. */
  cursor: string | null;
  /** Runs that it was done to. */
  matched: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  endedAt: number | null;
}

/** How far a job has come. A job that was stopped stays stopped. */
export interface BulkProgress {
  id: string;
  cursor: string | null;
  /** Added to what was matched before. */
  matched: number;
  /** Null while it goes on. */
  endedAt: number | null;
}
