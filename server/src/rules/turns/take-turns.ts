/**
 * Whose turn it is. A lane that has something to do and may do it stands in line by its `vtime`, the number of turns it has had;
 * one whose limit is reached stands aside until a slot is freed or time has passed, and costs nothing meanwhile.
 * Called by put-list.ts and lease-due.ts. Rule: a lane that leaves the line without using up a slot passes it on.
 */
import type { LeaseRequest } from "../../domain/commit-result.ts";
import { specInForce } from "../../domain/limit-override.ts";
import { createLane, isLimited, type LaneSpec, type LaneState } from "../../domain/queue/lane.ts";
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { LaneRow } from "../rows.ts";
import { markRunning } from "../runs.ts";
import type { WorkingSet } from "../working-set.ts";
import { enterLane } from "./enter-lane.ts";
import { passOn, takeRunSlots, takeSlots } from "./slots.ts";
import { passThrottle, throttleRoom } from "./throttles.ts";

/** Lanes that are looked at together. */
const lanesAtOnce = 200;

export interface Turn {
  items: QueueItem[];
  /** Whether places ran out before lanes did. */
  more: boolean;
}

/** Why a lane may lease no more than `count`. */
interface Room {
  count: number;
  blockedOn: { key: string; limit: number } | null;
  /** When its throttle lets the next one through. */
  notBefore: number | null;
}

/** What one lane got. */
interface Visit {
  items: QueueItem[];
  /** Whether another node has its items locked. */
  skipped: boolean;
}

/** Leases ready items, lane by lane as their turns come. */
export function takeTurns(set: WorkingSet, request: LeaseRequest): Turn {
  wakeThrottled(set, request.now);
  const items: QueueItem[] = [];
  /** Lanes that stay in line although they gave nothing: another node works on them. */
  const passed = new Set<string>();
  while (items.length < request.limit) {
    const left = request.limit - items.length;
    const most = Math.min(left, lanesAtOnce);
    const inLine = set.lanes.inLine(most + passed.size);
    const lanes = inLine.rows.filter(({ id }) => !passed.has(id)).slice(0, most);
    if (lanes.length === 0) return { items, more: passed.size > 0 || !inLine.complete };
    const share = Math.max(1, Math.floor(left / lanes.length));
    for (const lane of lanes) {
      const visit = visitLane(set, lane, share, request);
      items.push(...visit.items);
      if (visit.skipped) passed.add(lane.id);
    }
  }
  const { rows, complete } = set.lanes.inLine(1);
  return { items, more: rows.length > 0 || !complete };
}

/** The turn of one lane: leases up to `most`, and says whether the lane stays in line. */
function visitLane(set: WorkingSet, lane: LaneRow, most: number, request: LeaseRequest): Visit {
  const coded = isLimited(lane.id, lane.functionId) ? set.lanes.spec(lane.id) : null;
  const spec = coded === null ? null : specInForce(coded, lane.functionId, set.overrides.all());
  const room = spec === null ? null : roomOf(set, spec, request.now);
  const wanted = Math.min(most, room?.count ?? most);
  const ready = wanted === 0 ? { rows: [], complete: true } : set.items.ready(lane.id, wanted);
  const items = leaseAll(set, lane, coded, ready.rows, request);
  set.virtualTime = Math.max(set.virtualTime, lane.vtime + items.length - 1);
  const nextAt = spec === null ? null : take(set, spec, items, request.now);
  const isEmpty = items.length < wanted && ready.complete;
  const skipped = items.length < wanted && !ready.complete;
  const state = isEmpty ? "idle" : skipped ? "in-line" : stateAfter(room, items.length);
  const blockedOn = state === "full" ? (room?.blockedOn ?? null) : null;
  set.lanes.change(lane.id, {
    state,
    vtime: lane.vtime + items.length,
    blockedOn: blockedOn?.key ?? null,
    blockedLimit: blockedOn?.limit ?? null,
    notBefore: state === "throttled" ? (nextAt ?? room?.notBefore ?? null) : null,
  });
  if (spec !== null && state !== "in-line") passOn(set, [...spec.slots, ...spec.runSlots], blockedOn?.key ?? null);
  return { items, skipped };
}

function stateAfter(room: Room | null, taken: number): LaneState {
  if (room === null || taken < room.count) return "in-line";
  return room.blockedOn !== null ? "full" : "throttled";
}

function roomOf(set: WorkingSet, spec: LaneSpec, now: number): Room {
  let room: Room = { count: Number.POSITIVE_INFINITY, blockedOn: null, notBefore: null };
  for (const slot of [...spec.slots, ...spec.runSlots]) {
    if (slot.limit === 0) continue;
    const count = Math.max(0, slot.limit - set.slots.used(slot.key));
    if (count < room.count) room = { count, blockedOn: { key: slot.key, limit: slot.limit }, notBefore: null };
  }
  if (spec.throttle === null) return room;
  const { count, nextAt } = throttleRoom(set, spec.throttle, now);
  return count < room.count ? { count, blockedOn: null, notBefore: nextAt } : room;
}

/** What leased items take of their lane's limits. Returns when its throttle lets the next one through; null for none. */
function take(set: WorkingSet, spec: LaneSpec, items: readonly QueueItem[], now: number): number | null {
  takeSlots(set, spec.slots, items.length);
  for (const { runId } of items) if (runId !== null) takeRunSlots(set, spec.runSlots, runId);
  if (spec.throttle === null || items.length === 0) return null;
  return passThrottle(set, spec.throttle, now, items.length);
}

/**
 * Whoever has passed its throttle and holds the slots of its run goes over to the lane without them: it takes neither again.
 * `spec`: as the code has it, since lanes are known by that.
 */
function leaseAll(
  set: WorkingSet,
  lane: LaneRow,
  spec: LaneSpec | null,
  ready: readonly QueueItem[],
  request: LeaseRequest,
): QueueItem[] {
  if (ready.length === 0) return [];
  const laneId = laneAfterStart(set, lane, spec);
  return ready.map((item) => leaseReady(set, item, request, laneId));
}

/** For a free item. Marks the run of a `start` as Running. */
export function leaseReady(
  set: WorkingSet,
  item: QueueItem,
  { now, leaseUntil }: LeaseRequest,
  laneId: string | null = item.laneId,
): QueueItem {
  if (item.kind === "start") markRunning(set, item.runId, now);
  return set.items.lease(item, leaseUntil, laneId);
}

function laneAfterStart(set: WorkingSet, lane: LaneRow, spec: LaneSpec | null): string {
  if (spec === null || (spec.runSlots.length === 0 && spec.throttle === null)) return lane.id;
  const plain = createLane(lane.functionId, spec.slots);
  if (isLimited(plain.id, plain.functionId)) enterLane(set, plain, plain.functionId, false);
  return plain.id;
}

function wakeThrottled(set: WorkingSet, now: number): void {
  const isDue = ({ notBefore }: LaneRow): boolean => notBefore !== null && notBefore <= now;
  // Mostly none is due, and many may wait: the first says so.
  while (set.lanes.throttled(1).rows.some(isDue)) {
    for (const { id, vtime } of set.lanes.throttled(lanesAtOnce).rows.filter(isDue)) {
      set.lanes.change(id, { state: "in-line", notBefore: null, vtime: Math.max(vtime, set.virtualTime) });
    }
  }
}

/** When the first of the lanes that their throttles hold may go on; null for none. */
export function nextThrottledAt(set: WorkingSet): number | null {
  return set.lanes.throttled(1).rows[0]?.notBefore ?? null;
}
