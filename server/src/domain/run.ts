/**
 * A run: one execution of a function for one event (or tick of a cron).
 */

export const runStatuses = ["Queued", "Running", "Completed", "Failed", "Cancelled"] as const;
export type RunStatus = (typeof runStatuses)[number];
export type EndedStatus = "Completed" | "Failed" | "Cancelled";

export interface RunRecord {
  /** ULID. */
  id: string;
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
  /** Result, or error of a failed run, as canonical JSON text. Null until it ends. */
  output: string | null;
  /** What the app answers with in `x-inngest-req-version`; -1 until the first answer. */
  requestVersion: number;
  /** Set for good once a version-1 app ran steps in parallel: from then on every step is planned before it runs. */
  forcePlan: boolean;
  /** Steps that have ended. */
  stepCount: number;
  /** Steps that are planned, sleeping or running, and have not ended. */
  pendingCount: number;
  /** Bytes of all step outputs so far. */
  stateBytes: number;
}

/** Whether a run has reached its end. */
export function isEnded(status: RunStatus): status is EndedStatus {
  return status === "Completed" || status === "Failed" || status === "Cancelled";
}
