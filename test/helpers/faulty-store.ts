/** A store port that fails at random: before it has done what it was asked, or after, when it does not say that it has. */
import { EngineError } from "../../server/src/domain/error.ts";
import type { Transition } from "../../server/src/domain/transition.ts";
import type { CommitResult, Store } from "../../server/src/ports/store.ts";

export interface FaultyStore {
  store: Store;
  /** The share of calls that fail, 0 to 1. */
  rate: number;
  faults: number;
}

const writes = new Set(["commit", "lease", "extend"]);
const reads = new Set([
  "loadExecution",
  "getRun",
  "getStep",
  "getWait",
  "findWaits",
  "getEvent",
  "getEvents",
  "nextDueAt",
]);

/** `random` gives numbers from 0 to 1. `written` hears of every transition that was written. */
export function createFaultyStore(
  inner: Store,
  random: () => number,
  written: (transition: Transition, result: Extract<CommitResult, { ok: true }>) => void,
): FaultyStore {
  const faulty: FaultyStore = { store: inner, rate: 0, faults: 0 };
  const fail = (): never => {
    faulty.faults += 1;
    throw new EngineError("store_full", "The disk is full, for this moment.", { retryable: true });
  };
  const isUnlucky = (): boolean => faulty.rate > 0 && random() < faulty.rate;
  const wrap =
    (name: string, method: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]): Promise<unknown> => {
      const unlucky = isUnlucky();
      const afterwards = writes.has(name) && random() < 0.3;
      if (unlucky && !afterwards) fail();
      const result = await method(...args);
      if (name === "commit" && (result as CommitResult).ok)
        written(args[0] as Transition, result as Extract<CommitResult, { ok: true }>);
      if (unlucky) fail();
      return result;
    };
  faulty.store = new Proxy(inner, {
    get(target, name: string & keyof Store) {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>;
      return writes.has(name) || reads.has(name) ? wrap(name, method) : method;
    },
  });
  return faulty;
}
