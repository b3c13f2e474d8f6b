/** Where the items of a run stand in the queue. Read for open-store.ts when people ask; off the hot path. */
import { specInForce } from "../../domain/limit-override.ts";
import { isLimited, type Slot } from "../../domain/queue/lane.ts";
import type { FullSlot, QueuePlace } from "../../domain/queue/queue-place.ts";
import { roomAfter } from "../../rules/turns/throttles.ts";
import { type QueueRow, toItem } from "../records/queue.ts";
import type { Database } from "./database.ts";
import { laneSpec } from "./tables/lanes.ts";
import { knownOverrides } from "./tables/limit-overrides.ts";
import { pauseOf } from "./tables/pauses.ts";
import { runsHolding, throttleTat, usedSlots } from "./tables/slots.ts";

const itemsMax = 100;
const holdersMax = 100;

type PlaceRow = QueueRow & { ready: number; leased_until: number | null };

/** Earliest first, at most 100. `now`: milliseconds since 1970. */
export function listPlaces(database: Database, runId: string, now: number): QueuePlace[] {
  return database
    .all<PlaceRow>("SELECT * FROM queue WHERE run_id = ? ORDER BY due_at, id LIMIT ?", runId, itemsMax)
    .map((row) => toPlace(database, row, now));
}

function toPlace(database: Database, row: PlaceRow, now: number): QueuePlace {
  const isReady = row.leased_until === null && row.due_at <= now;
  const state = row.leased_until !== null ? "leased" : isReady ? "ready" : "later";
  const laneId = row.lane_id;
  const coded = isLimited(laneId, row.function_id) ? laneSpec(database, laneId) : null;
  const overrides = knownOverrides(database).filter(({ functionId }) => functionId === row.function_id);
  const spec = coded === null ? null : specInForce(coded, row.function_id, overrides);
  const throttle = spec?.throttle ?? null;
  const room = throttle === null ? null : roomAfter(throttle, throttleTat(database, throttle.key), now);
  const isThrottled = isReady && room !== null && room.count === 0;
  return {
    item: toItem(row),
    state,
    before: isReady && laneId !== null ? countBefore(database, row, laneId) : 0,
    otherLanes: isReady && laneId !== null ? countOtherLanes(database, laneId) : 0,
    fullSlots: isReady && spec !== null ? fullSlots(database, [...spec.slots, ...spec.runSlots]) : [],
    throttledUntil: isThrottled ? room.nextAt : null,
    throttleLabel: isThrottled ? (throttle?.label ?? null) : null,
    overrides,
    pause: laneId === null ? null : pauseOf(database, row.function_id),
  };
}

function countBefore(database: Database, row: PlaceRow, laneId: string): number {
  const found = database.get<{ count: number }>(
    `SELECT count(*) AS count FROM queue
    WHERE lane_id = ? AND ready = 1 AND leased_until IS NULL AND (rank, id) < (?, ?)`,
    laneId,
    row.rank,
    row.id,
  );
  return found?.count ?? 0;
}

function countOtherLanes(database: Database, laneId: string): number {
  const found = database.get<{ count: number }>(
    "SELECT count(*) AS count FROM lanes WHERE state = 1 AND id <> ?",
    laneId,
  );
  return found?.count ?? 0;
}

function fullSlots(database: Database, slots: readonly Slot[]): FullSlot[] {
  return slots.flatMap((slot) => {
    const used = usedSlots(database, slot.key);
    return slot.limit === 0 || used < slot.limit ? [] : [{ slot, used, runIds: holders(database, slot.key) }];
  });
}

/** Runs that hold it until they end, and those of calls under way. Leased items are never many. */
function holders(database: Database, key: string): string[] {
  const leased = database.all<{ run_id: string; lane_id: string }>(
    `SELECT run_id, lane_id FROM queue
    WHERE leased_until IS NOT NULL AND lane_id <> function_id AND run_id IS NOT NULL`,
  );
  const calling = leased.filter((row) => laneSpec(database, row.lane_id)?.slots.some((slot) => slot.key === key));
  return [...new Set([...runsHolding(database, key), ...calling.map((row) => row.run_id)])].sort().slice(0, holdersMax);
}
