/**
 * Hands out due items when the worker asks: the engine's own work first, then lane by lane. A store calls the three functions in
 * this order, each over a working set of its own that it writes before the next.
 */
import type { LeaseRequest } from "../../domain/commit-result.ts";
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { WorkingSet } from "../working-set.ts";
import { enterLane } from "./enter-lane.ts";
import { releaseSlotsOf } from "./slots.ts";
import { leaseReady, takeTurns } from "./take-turns.ts";

/** What is looked at together; the rest follows with the next lease. */
const atOnce = 2_000;

/** Frees the items whose lease has run out. They are due already, so they are handed out again. */
export function freeExpired(set: WorkingSet, now: number): void {
  for (const item of set.items.expired(now, atOnce)) {
    set.items.change(item.id, { leasedUntil: null, ready: false });
    releaseSlotsOf(set, item);
  }
}

/** Marks items ready whose time has come, and puts their lanes in line. */
export function promoteDue(set: WorkingSet, now: number): void {
  const entered = new Set<string>();
  for (const { id, laneId, functionId } of set.items.due(now, atOnce)) {
    set.items.change(id, { ready: true });
    if (entered.has(laneId)) continue;
    entered.add(laneId);
    enterLane(set, laneId, functionId, true);
  }
}

/** Leases what is due. The engine's own work lies in no lane and goes first. */
export function leaseDue(set: WorkingSet, request: LeaseRequest): QueueItem[] {
  const own = set.items.ownDue(request.now, request.limit).map((item) => leaseReady(set, item, request));
  if (own.length >= request.limit) return own;
  return [...own, ...takeTurns(set, { ...request, limit: request.limit - own.length }).items];
}
