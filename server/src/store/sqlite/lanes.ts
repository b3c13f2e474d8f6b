/**
 * Lanes: whose turn it is. A lane that has something to do and may do it stands in line by its `vtime`, the number of turns
 * it has had; one whose limit is reached stands aside until a slot is freed or time has passed, and costs nothing meanwhile.
 * Called by queue.ts and put-list.ts. Rule: a lane that leaves the line without using up a slot passes it on.
 */
import { createLane, type Lane } from "../../domain/lane.ts";
import type { QueueItem } from "../../domain/queue-item.ts";
import type { LeaseRequest } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { type LaneSpec, memoryOf, rememberSpec, specOf } from "./lane-memory.ts";
import { isLaneHeld } from "./pauses.ts";
import { type QueueRow, toItem } from "./queue-row.ts";
import { markRunning } from "./runs.ts";
import { passOn, takeRunSlots, takeSlots, usedSlots } from "./slots.ts";
import { passThrottle, sweepThrottles, throttleRoom } from "./throttles.ts";

/** Lanes that are looked at together. */
const lanesAtOnce = 200;
/** Idle lanes are swept out after so many new ones. */
const sweepEvery = 2_000;
/** Turns that an idle lane may be ahead and be forgotten all the same. */
const forgivenTurns = 100;

interface LaneRow {
  id: string;
  function_id: string;
  vtime: number;
}

type LeaseTerms = Pick<LeaseRequest, "now" | "leaseUntil">;

/** Why a lane may lease no more than `count`. */
interface Room {
  count: number;
  blockedOn: { key: string; limit: number } | null;
  /** When its throttle lets the next one through. */
  notBefore: number | null;
}

/** Makes a lane known. When an item of it is ready, it gets in line, behind those that wait already. */
export function enterLane(database: Database, lane: Lane | string, functionId: string, isReady: boolean): void {
  const memory = memoryOf(database);
  const laneId = typeof lane === "string" ? lane : lane.id;
  const isNew = laneId !== functionId && typeof lane !== "string" && !memory.specs.has(laneId);
  if (isNew) {
    rememberSpec(database, laneId, { slots: lane.slots, runSlots: lane.runSlots, throttle: lane.throttle });
    memory.madeSinceSweep += 1;
  }
  const spec = specText(lane, functionId);
  const state = isReady ? (isLaneHeld(database, laneId, functionId) ? 4 : 1) : 0;
  const changed = database.run(
    `INSERT INTO lanes (id, function_id, spec, state, vtime) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, vtime = max(vtime, excluded.vtime)
      WHERE state = 0 AND excluded.state <> 0`,
    laneId,
    functionId,
    spec,
    state,
    memory.virtualTime,
  );
  if (changed > 0 && state === 1 && laneId !== functionId) memory.wakeUps += 1;
}

function specText(lane: Lane | string, functionId: string): string | null {
  if (typeof lane === "string" || lane.id === functionId) return null;
  return JSON.stringify({ slots: lane.slots, runSlots: lane.runSlots, throttle: lane.throttle });
}

/** Leases ready items, lane by lane as their turns come. `more`: places ran out before lanes did. */
export function leaseFromLanes(database: Database, request: LeaseRequest): { items: QueueItem[]; more: boolean } {
  wakeThrottled(database, request.now);
  const items: QueueItem[] = [];
  while (items.length < request.limit) {
    const left = request.limit - items.length;
    const rows = database.all<LaneRow>(
      "SELECT id, function_id, vtime FROM lanes WHERE state = 1 ORDER BY vtime, id LIMIT ?",
      Math.min(left, lanesAtOnce),
    );
    if (rows.length === 0) {
      sweep(database, request.now);
      return { items, more: false };
    }
    const share = Math.max(1, Math.floor(left / rows.length));
    for (const row of rows) items.push(...visitLane(database, row, share, request));
  }
  return { items, more: database.get("SELECT 1 FROM lanes WHERE state = 1 LIMIT 1") !== undefined };
}

/** The turn of one lane: leases up to `most`, and says whether the lane stays in line. */
function visitLane(database: Database, lane: LaneRow, most: number, terms: LeaseTerms): QueueItem[] {
  const memory = memoryOf(database);
  const spec = specOf(database, lane.id, lane.function_id);
  const room = spec === null ? null : roomOf(database, spec, terms.now);
  const wanted = Math.min(most, room?.count ?? most);
  const items = wanted === 0 ? [] : leaseReady(database, lane, spec, wanted, terms);
  memory.virtualTime = Math.max(memory.virtualTime, lane.vtime + items.length - 1);
  const nextAt = spec === null ? null : take(database, spec, items, terms.now);
  const state = items.length < wanted ? 0 : stateAfter(room, items.length);
  const blockedOn = state === 2 ? (room?.blockedOn ?? null) : null;
  database.run(
    "UPDATE lanes SET state = ?, vtime = vtime + ?, blocked_on = ?, blocked_limit = ?, not_before = ? WHERE id = ?",
    state,
    items.length,
    blockedOn?.key ?? null,
    blockedOn?.limit ?? null,
    state === 3 ? (nextAt ?? room?.notBefore ?? null) : null,
    lane.id,
  );
  if (spec !== null && state !== 1) passOn(database, [...spec.slots, ...spec.runSlots], blockedOn?.key ?? null);
  return items;
}

function stateAfter(room: Room | null, taken: number): number {
  if (room === null || taken < room.count) return 1;
  return room.blockedOn !== null ? 2 : 3;
}

function roomOf(database: Database, spec: NonNullable<LaneSpec>, now: number): Room {
  const room: Room = { count: Number.POSITIVE_INFINITY, blockedOn: null, notBefore: null };
  for (const slot of [...spec.slots, ...spec.runSlots]) {
    const count = Math.max(0, slot.limit - usedSlots(database, slot.key));
    if (count < room.count) Object.assign(room, { count, blockedOn: { key: slot.key, limit: slot.limit } });
  }
  if (spec.throttle === null) return room;
  const { count, nextAt } = throttleRoom(database, spec.throttle, now);
  return count < room.count ? { count, blockedOn: null, notBefore: nextAt } : room;
}

/** What leased items take of their lane's limits. Returns when its throttle lets the next one through; null for none. */
function take(database: Database, spec: NonNullable<LaneSpec>, items: QueueItem[], now: number): number | null {
  takeSlots(database, spec.slots, items.length);
  for (const { runId } of items) if (runId !== null) takeRunSlots(database, spec.runSlots, runId);
  if (spec.throttle === null || items.length === 0) return null;
  return passThrottle(database, spec.throttle, now, items.length);
}

/**
 * In order of rank. Whoever has passed its throttle and holds the slots of its run goes over to the lane without them:
 * it takes neither again.
 */
function leaseReady(database: Database, lane: LaneRow, spec: LaneSpec, limit: number, terms: LeaseTerms): QueueItem[] {
  const rows = database.all<QueueRow>(
    `UPDATE queue SET leased_until = ?, fence = fence + 1, lane_id = ? WHERE id IN (
      SELECT id FROM queue WHERE lane_id = ? AND ready = 1 AND leased_until IS NULL ORDER BY rank, id LIMIT ?)
    RETURNING *`,
    terms.leaseUntil,
    laneAfterStart(database, lane, spec),
    lane.id,
    limit,
  );
  for (const row of rows) if (row.kind === "start" && row.run_id !== null) markRunning(database, row.run_id, terms.now);
  return rows.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1)).map(toItem);
}

function laneAfterStart(database: Database, lane: LaneRow, spec: LaneSpec): string {
  if (spec === null || (spec.runSlots.length === 0 && spec.throttle === null)) return lane.id;
  const plain = createLane(lane.function_id, spec.slots);
  if (plain.id !== plain.functionId) enterLane(database, plain, plain.functionId, false);
  return plain.id;
}

function wakeThrottled(database: Database, now: number): void {
  database.run(
    "UPDATE lanes SET state = 1, vtime = max(vtime, ?) WHERE state = 3 AND not_before <= ?",
    memoryOf(database).virtualTime,
    now,
  );
}

/** Lanes in which nothing lies are forgotten, but those that are far ahead of the others. */
function sweep(database: Database, now: number): void {
  const memory = memoryOf(database);
  if (memory.madeSinceSweep < sweepEvery) return;
  memory.madeSinceSweep = 0;
  sweepLanes(database);
  sweepThrottles(database, now);
}

function sweepLanes(database: Database): void {
  const { virtualTime, specs } = memoryOf(database);
  // Keys that come once would stay for ever if a turn ahead of the others were never forgiven.
  const gone = database.all<{ id: string }>(
    `DELETE FROM lanes WHERE state = 0 AND vtime <= ? AND NOT EXISTS (
      SELECT 1 FROM queue WHERE lane_id = lanes.id AND lane_id <> function_id) RETURNING id`,
    virtualTime + forgivenTurns,
  );
  for (const { id } of gone) specs.delete(id);
}

/** For a database whose leases are all void: lanes without items are forgotten, every other one gets a look. */
export function reopenLanes(database: Database): void {
  const memory = memoryOf(database);
  database.run(
    `DELETE FROM lanes WHERE NOT EXISTS (
      SELECT 1 FROM queue WHERE lane_id = lanes.id AND lane_id <> function_id) AND id <> function_id`,
  );
  memory.virtualTime = database.get<{ v: number | null }>("SELECT max(vtime) AS v FROM lanes")?.v ?? 0;
  database.run("UPDATE lanes SET state = 1, blocked_on = NULL, not_before = NULL WHERE state <> 4");
}
