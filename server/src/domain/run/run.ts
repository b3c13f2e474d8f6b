/**
 * A run: one execution of a function for one event (or tick of a cron).
 */
import type { Slot } from "../queue/lane.ts";

export const runStatuses = ["Queued", "Running", "Completed", "Failed", "Cancelled", "Skipped"] as const;
export type RunStatus = (typeof runStatuses)[number];
export type EndedStatus = "Completed" | "Failed" | "Cancelled" | "Skipped";

/** Who waits for a run's result: the step of another run. */
export interface RunParent {
  runId: string;
  /** Hash of the step's id. */
  stepId: string;
}

export interface RunRecord {
  /** ULID. */
  id: string;
  /** Grows with every change of what decisions about the run rest on: see `Transition.runVersion`. */
  version: number;
  functionId: string;
  status: RunStatus;
  /** Internal ids of the events that started it, at least one. */
  eventIds: string[];
  /** Two runs with the same key within 24 hours are one. Null: no such check. */
  idempotencyKey: string | null;
  /** The cron expression whose tick started it; null for events. */
  cron: string | null;
  /** Milliseconds since 1970; null until it happens. */
  queuedAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** Result, or error of a failed run, as JSON text (see stored-json). Null until it ends. */
  output: string | null;
  /** What the app answers with in `x-inngest-req-version`; -1 until the first answer. */
  requestVersion: number;
  /** Set for good once a version-1 app ran steps in parallel: from then on every step is planned before it runs. */
  forcePlan: boolean;
  /** Whether its app saved steps while a call went on; such a run may have more of them. */
  checkpointed: boolean;
  /** Steps that have ended. */
  stepCount: number;
  /** Steps that are planned, sleeping or running, and have not ended. */
  pendingCount: number;
  /** Bytes of all step outputs so far. */
  stateBytes: number;
  /** Order among the runs of a lane: `queuedAt` less the priority, milliseconds. */
  rank: number;
  /** Concurrency limits that its calls count against, worked out when it was queued. */
  slots: Slot[];
  /** Null: no step waits for it. */
  parent: RunParent | null;
  /** The run that this one repeats; null for none. */
  originalRunId: string | null;
  /** Arguments that replace those of steps, by hash, as JSON text of an object of arrays; null for none. */
  stepInputs: string | null;
  /** Milliseconds that it may take from its first call; null for no limit. */
  finishTimeoutMs: number | null;
  /** Why it was cancelled or skipped, for people, e.g. `cancelled by event shop/order.cancelled`. Null otherwise. */
  reason: string | null;
}

/** What a commit makes of a run that goes on. */
export type RunProgress = Pick<RunRecord, "version" | "stepCount" | "pendingCount" | "stateBytes">;

/** Whether a run has reached its end. */
export function isEnded(status: RunStatus): status is EndedStatus {
  return status !== "Queued" && status !== "Running";
}
