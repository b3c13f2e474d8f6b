/**
 * What is handed out when the worker asks: what is due, the engine's own work first, then lane by lane. Each of these wants a
 * working set of its own, in this order, written before the next; a store with one leader leaves the first two to it.
 */
import type { LeaseRequest } from "../../domain/commit-result.ts";
import type { QueueItem } from "../../domain/queue-item.ts";
import type { WorkingSet } from "../working-set.ts";
import { enterLane } from "./enter-lane.ts";
import { releaseSlotsOf } from "./slots.ts";
import { leaseReady, takeTurns } from "./take-turns.ts";

/** What is looked at together; the rest follows with the next lease. */
const atOnce = 2_000;

/** Leases that have run out: the items become free, and wait for their time, which has come. */
export function freeExpired(set: WorkingSet, now: number): void {
  for (const item of set.items.expired(now, atOnce)) {
    set.items.change(item.id, { leasedUntil: null, ready: false });
    releaseSlotsOf(set, item);
  }
}

/** Items of lanes whose time has come get in line. */
export function promoteDue(set: WorkingSet, now: number): void {
  const entered = new Set<string>();
  for (const { id, laneId, functionId } of set.items.due(now, atOnce)) {
    set.items.change(id, { ready: true });
    if (entered.has(laneId)) continue;
    entered.add(laneId);
    enterLane(set, laneId, functionId, true);
  }
}

/** The engine's own work waits for nothing but its time. */
export function leaseDue(set: WorkingSet, request: LeaseRequest): QueueItem[] {
  const own = set.items.ownDue(request.now, request.limit).map((item) => leaseReady(set, item, request));
  if (own.length >= request.limit) return own;
  return [...own, ...takeTurns(set, { ...request, limit: request.limit - own.length }).items];
}
