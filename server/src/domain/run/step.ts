/**
 * Steps of a run, and the failed attempts at them.
 */
import type { Opcode } from "stepwell/protocol";

/** `Waiting` for an event or a signal, `Invoking` another function; `TimedOut` is the end of a wait that nothing met. */
export type StepStatus =
  | "Planned"
  | "Sleeping"
  | "Waiting"
  | "Invoking"
  | "Completed"
  | "Failed"
  | "TimedOut"
  | "Cancelled";

export interface StepRecord {
  runId: string;
  /** Hash of the step's id. */
  id: string;
  /** The id as its author wrote it, for people. */
  displayName: string;
  op: Opcode;
  status: StepStatus;
  /**
   * What the run remembers, as it goes into a call: JSON text (see stored-json) of a memoized step
   * (`{"data":1}`, `{"error":{…}}`, `null`). Null until the step ends.
   */
  memo: string | null;
  /** Place in the order in which steps ended, from 1. Null until the step ends. */
  position: number | null;
  /** Attempts made, 0 while it is planned. */
  attempts: number;
  /** Milliseconds since 1970; null while unknown. A sleep's end is when it woke. */
  queuedAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** When a sleep ends, or a wait gives up. Null for other steps. */
  wakesAt: number | null;
  /** What it is about, for people, as JSON text of an object: `input`, `event`, `condition`, `signal`, `function`, `runId`. Null for none. */
  detail: string | null;
  /** Whether it is one of a race: the run goes on while it is under way. Default: false. */
  race?: boolean;
}

/** A try at a step or at the function's body that failed. */
export interface AttemptRecord {
  runId: string;
  /** Hash of the step's id; null for the function's body. */
  stepId: string | null;
  displayName: string | null;
  /** From 0. */
  attempt: number;
  startedAt: number;
  endedAt: number;
  /** JSON text of a SerializedError. */
  error: string;
  /** When the next try is due; null when it was the last. */
  retryAt: number | null;
}
