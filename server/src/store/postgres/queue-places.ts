/** Where the items of a run stand in the queue. Read for open-store.ts when people ask; off the hot path. */

import { type LimitOverride, specInForce } from "../../domain/limit-override.ts";
import type { PauseRecord } from "../../domain/pause.ts";
import type { LaneSpec, Slot } from "../../domain/queue/lane.ts";
import type { FullSlot, QueuePlace } from "../../domain/queue/queue-place.ts";
import { holdingPause } from "../../rules/pauses.ts";
import { roomAfter } from "../../rules/turns/throttles.ts";
import { type QueueRow, toItem } from "../records/queue.ts";
import type { Database } from "./database.ts";
import { isExempt } from "./tables/apps.ts";
import { listLimitOverrides } from "./tables/limit-overrides.ts";
import { listPauses } from "./tables/pauses.ts";
import { itemColumns } from "./tables/queue.ts";

const itemsMax = 100;
const holdersMax = 100;

interface PlaceRow extends QueueRow {
  leased_until: number | null;
  spec: string | null;
  before: number;
  other_lanes: number;
}

const isWaiting = "q.leased_until IS NULL AND q.due_at <= $3 AND q.lane_id IS NOT NULL";

const selectPlaces = `SELECT ${itemColumns("q")}, q.leased_until, l.spec,
    CASE WHEN ${isWaiting} THEN (SELECT count(*) FROM stepwell.queue AS b WHERE b.ns = $1 AND b.lane_id = q.lane_id
      AND b.ready AND b.leased_until IS NULL AND (b.rank, b.id) < (q.rank, q.id)) ELSE 0 END AS before,
    CASE WHEN ${isWaiting} THEN (SELECT count(*) FROM stepwell.lanes AS o WHERE o.ns = $1 AND o.state = 'in-line'
      AND o.id <> q.lane_id) ELSE 0 END AS other_lanes
  FROM stepwell.queue AS q LEFT JOIN stepwell.lanes AS l ON l.ns = $1 AND l.id = q.lane_id
  WHERE q.ns = $1 AND q.run_id = $2 ORDER BY q.due_at, q.id LIMIT ${itemsMax}`;

/** Earliest first, at most 100. `now`: milliseconds since 1970. */
export async function listPlaces(database: Database, runId: string, now: number): Promise<QueuePlace[]> {
  const rows = await database.all<PlaceRow>(selectPlaces, runId, now);
  const places: QueuePlace[] = [];
  const overrides = rows.length === 0 ? [] : await listLimitOverrides(database);
  for (const row of rows) {
    const own = overrides.filter(({ functionId }) => functionId === row.function_id);
    places.push(await toPlace(database, row, own, now));
  }
  return places;
}

async function toPlace(
  database: Database,
  row: PlaceRow,
  overrides: readonly LimitOverride[],
  now: number,
): Promise<QueuePlace> {
  const isReady = row.leased_until === null && row.due_at <= now;
  const state = row.leased_until !== null ? "leased" : isReady ? "ready" : "later";
  const coded = row.spec === null ? null : (JSON.parse(row.spec) as LaneSpec);
  const spec = coded === null ? null : specInForce(coded, row.function_id, overrides);
  return {
    item: toItem(row),
    state,
    before: row.before,
    otherLanes: row.other_lanes,
    fullSlots: isReady && spec !== null ? await fullSlots(database, [...spec.slots, ...spec.runSlots]) : [],
    ...(await throttleOf(database, isReady ? spec : null, now)),
    overrides,
    pause: row.lane_id === null ? null : await pauseOf(database, row.function_id),
  };
}

async function throttleOf(
  database: Database,
  spec: LaneSpec | null,
  now: number,
): Promise<Pick<QueuePlace, "throttledUntil" | "throttleLabel">> {
  const throttle = spec?.throttle ?? null;
  if (throttle === null) return { throttledUntil: null, throttleLabel: null };
  const row = await database.get<{ tat: number }>(
    "SELECT tat FROM stepwell.throttles WHERE ns = $1 AND key = $2",
    throttle.key,
  );
  const { count, nextAt } = roomAfter(throttle, row?.tat ?? 0, now);
  if (count > 0) return { throttledUntil: null, throttleLabel: null };
  return { throttledUntil: nextAt, throttleLabel: throttle.label };
}

async function fullSlots(database: Database, slots: readonly Slot[]): Promise<FullSlot[]> {
  const full: FullSlot[] = [];
  for (const slot of slots.filter(({ limit }) => limit > 0)) {
    const row = await database.get<{ used: number }>(
      "SELECT used FROM stepwell.slots WHERE ns = $1 AND key = $2",
      slot.key,
    );
    const used = row?.used ?? 0;
    if (used >= slot.limit) full.push({ slot, used, runIds: await holders(database, slot.key) });
  }
  return full;
}

/** Runs that hold it until they end, and those of calls under way. Leased items are never many. */
async function holders(database: Database, key: string): Promise<string[]> {
  const holding = await database.all<{ run_id: string }>(
    `SELECT run_id FROM stepwell.run_slots WHERE ns = $1 AND key = $2 ORDER BY run_id LIMIT ${holdersMax}`,
    key,
  );
  const leased = await database.all<{ run_id: string; spec: string }>(
    `SELECT q.run_id, l.spec FROM stepwell.queue AS q JOIN stepwell.lanes AS l ON l.ns = $1 AND l.id = q.lane_id
      WHERE q.ns = $1 AND q.leased_until IS NOT NULL AND q.run_id IS NOT NULL AND l.spec IS NOT NULL`,
  );
  const calling = leased.filter(({ spec }) => (JSON.parse(spec) as LaneSpec).slots.some((slot) => slot.key === key));
  return [...new Set([...holding, ...calling].map(({ run_id }) => run_id))].sort().slice(0, holdersMax);
}

async function pauseOf(database: Database, functionId: string): Promise<PauseRecord | null> {
  const pauses = await listPauses(database);
  if (pauses.length === 0) return null;
  const row = await database.get<{ app_id: string; flow: string }>(
    "SELECT app_id, flow FROM stepwell.functions WHERE ns = $1 AND id = $2",
    functionId,
  );
  return holdingPause(
    pauses,
    functionId,
    row === undefined ? null : { appId: row.app_id, isExempt: isExempt(row.flow) },
  );
}
