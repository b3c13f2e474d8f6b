/** What a store brings to its conformance tests, and how the tests get at it. */
import { onTestFinished } from "vitest";
import type { QueueItem } from "../../server/src/domain/queue/queue-item.ts";
import type { Transition } from "../../server/src/domain/transition.ts";
import type { Meter } from "../../server/src/ports/meter.ts";
import type { Claim, CommitResult, Store } from "../../server/src/ports/store.ts";
import { t0 } from "./store-records.ts";

export interface OpenedStore {
  store: Store;
  /** Opens the same state again, after `close`. Left out by stores that keep nothing. */
  reopen?: () => Promise<Store>;
  /**
   * Command line of a process that opens the same state, commits events one after the other (see commit-events.ts)
   * and prints the internal id of each when it is acknowledged. Left out by stores that keep nothing.
   */
  writer?: string[];
  /** Whether several engines may have the state open at the same time: none of them voids the leases of another. */
  shared?: true;
  cleanup(): Promise<void>;
}

/** `meter`: told what the store has done. */
export type OpenStore = (meter?: Meter) => Promise<OpenedStore>;

/** A fresh store, closed and cleaned up when the test ends. */
export async function openForTest(open: OpenStore, meter?: Meter): Promise<OpenedStore> {
  const opened = await open(meter);
  onTestFinished(async () => {
    await opened.store.close();
    await opened.cleanup();
  });
  return opened;
}

/** Commits and expects that it was written. */
export async function mustCommit(
  store: Store,
  transition: Transition,
  claim?: Claim,
): Promise<CommitResult & { ok: true }> {
  const result = await store.commit(transition, claim);
  if (!result.ok) throw new Error(`nothing was written: ${result.reason}`);
  return result;
}

/** Leases all that is due at `now`. */
export function leaseAll(store: Store, now: number = t0, leaseMs = 10_000): Promise<QueueItem[]> {
  return store.lease({ now, leaseUntil: now + leaseMs, limit: 1_000 });
}

/** The lease of an item, as commits show it. */
export function tokenOf(item: QueueItem | undefined): { itemId: string; fence: number } {
  if (item === undefined) throw new Error("no such item was leased");
  return { itemId: item.id, fence: item.fence };
}
