/** What must not happen in a world, and did. All witnesses write here; run-seed reads it. */
import type { Scheduler } from "../scheduler.ts";
import type { Trace } from "../trace.ts";

/** What always holds, one name a kind. */
export type Invariant =
  | "an acknowledged event's runs end"
  | "a result is memoized once"
  | "nothing runs after its end"
  | "no limit is exceeded"
  | "one holds a lease"
  | "no timer fires early"
  | "lanes take turns"
  | "states are legal"
  | "storage is bounded"
  | "what comes is not missed"
  | "a world comes to rest"
  | "the engine does not stumble";

export interface Violation {
  invariant: Invariant;
  /** In a sentence. */
  what: string;
  /** Milliseconds since the world began. */
  at: number;
}

export class Violations {
  readonly list: Violation[] = [];
  readonly #scheduler: Scheduler;
  readonly #trace: Trace;

  constructor(scheduler: Scheduler, trace: Trace) {
    this.#scheduler = scheduler;
    this.#trace = trace;
  }

  add(invariant: Invariant, what: string): void {
    const at = this.#scheduler.time;
    this.list.push({ invariant, what, at });
    this.#trace.add(`${at} VIOLATION ${invariant}: ${what}`);
  }
}
