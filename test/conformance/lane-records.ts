/** Lanes and items in them, for the tests of whose turn it is. */
import type { Lane, Slot } from "../../server/src/domain/queue/lane.ts";
import type { QueueItem, QueuePut } from "../../server/src/domain/queue/queue-item.ts";
import type { RunStart } from "../../server/src/domain/transition.ts";
import type { Claim, Store } from "../../server/src/ports/store.ts";
import { type ItemGiven, makeItem, makeStart, t0 } from "./store-records.ts";

export const fn = "function-1";

export function claim(limit = 100, now = t0): Claim {
  return { now, leaseUntil: now + 10_000, limit };
}

export function slot(key: string, limit: number): Slot {
  return { key, limit, label: key };
}

export function inLane(id: string, lane: Lane, fields: ItemGiven = {}): QueuePut {
  return makeItem(id, { functionId: lane.functionId, runId: `run-of-${id}`, lane, ...fields });
}

/** A start whose item has the run's id. */
export function startIn(runId: string, lane: Lane, fields: ItemGiven = {}): RunStart {
  const { functionId } = lane;
  return makeStart(runId, { functionId, slots: lane.slots }, { functionId, lane, id: runId, ...fields });
}

export function ids(items: readonly QueueItem[]): string[] {
  return items.map((item) => item.id);
}

export function lease(store: Store, limit = 100, now: number = t0): Promise<QueueItem[]> {
  return store.lease(claim(limit, now));
}
