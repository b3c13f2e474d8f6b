/**
 * Waits: what a run waits for from outside. At most one thing ends a wait: who takes its record out of the store.
 */
import type { QueuePut } from "../queue/queue-item.ts";
import { toComparableJson } from "../stored-json.ts";

/** `event` and `signal` end a step, `invoke` ends when another run ends, `cancel` is a `cancelOn` of a run. */
export type WaitKind = "event" | "signal" | "invoke" | "cancel";

export interface WaitRecord {
  /** `<run>:<step hash>`, which is also the id of the item that ends it when its time is over; `<run>:cancel:<n>` for `cancel`. */
  id: string;
  kind: WaitKind;
  runId: string;
  /** Of the run that waits. */
  functionId: string;
  /** Null for `cancel`. */
  stepId: string | null;
  /** The event's name, the signal, or the invoked run's id. Empty when another run has taken over the signal. */
  name: string;
  /**
   * A field of the event that must have `value`, as a dotted path such as `data.userId`: what the lookup goes by.
   * Both empty: every event of the name is a candidate.
   */
  path: string;
  /** Canonical JSON text. */
  value: string;
  /** CEL over `async` (the arriving event), and over `event` (the trigger) where that was too long to be filled in. Null: none. */
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
   * `replace` takes the other's place, which then waits for its time to be over.
   */
  conflict?: "fail" | "replace";
  /** For events: those received from `since` on, milliseconds since 1970, and stored already, are looked at too. */
  lookBack?: { since: number; ignoredEventIds: string[] };
}

/** Takes a wait out, with the item of its timeout, and puts what carries on; nothing happens when the wait is gone. */
export interface WaitTake {
  waitId: string;
  /** `functionId` is filled in: the one of the run that waits. Null: nothing carries on. */
  item: QueuePut | null;
}

/** What a lookup compares: the canonical JSON text of the field at a dotted path; `null` when there is none. */
export function lookupValue(view: Record<string, unknown>, path: string): string {
  let value: unknown = view;
  for (const key of path.split(".")) {
    const holds = typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, key);
    value = holds ? (value as Record<string, unknown>)[key] : null;
  }
  return toComparableJson(value);
}
