/**
 * Waits: what a run waits for from outside. At most one thing ends a wait: who takes its record out of the store.
 */
import type { QueuePut } from "./queue-item.ts";

/** `event` and `signal` end a step, `invoke` ends when another run ends, `cancel` is a `cancelOn` of a run. */
export type WaitKind = "event" | "signal" | "invoke" | "cancel";

export interface WaitRecord {
  /** `<run>:<step hash>`; `<run>:cancel:<n>` for `cancel`. */
  id: string;
  kind: WaitKind;
  runId: string;
  /** Null for `cancel`. */
  stepId: string | null;
  /** The event's name, the signal, or the invoked run's id. */
  name: string;
  /**
   * A field of the event that must have `value`, as a dotted path such as `data.userId`: what the lookup goes by.
   * Both empty: every event of the name is a candidate.
   */
  path: string;
  /** Canonical JSON text. */
  value: string;
  /** CEL over `event` (the trigger, already filled in) and `async` (the arriving event). Null: none. */
  condition: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
  createdAt: number;
}

/** A wait to write. */
export interface WaitPut {
  wait: WaitRecord;
  /**
   * For signals: what happens when another run waits for the same one. `fail` writes nothing of the whole transition;
   * `replace` takes the other's place.
   */
  conflict?: "fail" | "replace";
}

/** Takes a wait out and puts what carries on; nothing happens when the wait is gone. */
export interface WaitTake {
  waitId: string;
  /** Null: nothing carries on. */
  item: QueuePut | null;
}
