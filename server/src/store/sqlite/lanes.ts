/** Lanes: what rules read and write of them. */
import type { LaneSpec, LaneState } from "../../domain/lane.ts";
import type { Changes, LaneFields } from "../../rules/changes.ts";
import type { LaneRow } from "../../rules/rows.ts";
import type { Source } from "../../rules/source.ts";
import type { Database } from "./database.ts";
import { memoryOf, rememberSpec } from "./memory.ts";
import { toRows } from "./queue.ts";
import { createUpdate, plain } from "./row-update.ts";

type LaneReads = Pick<
  Source,
  | "lane"
  | "laneSpec"
  | "lanesInLine"
  | "lanesBlockedOn"
  | "throttledLanes"
  | "laneFunctions"
  | "lanesOfFunction"
  | "emptyLanes"
>;

/** The column `state`: indexes of the migrations name these numbers. */
const states: Readonly<Record<LaneState, number>> = { idle: 0, "in-line": 1, full: 2, throttled: 3, paused: 4 };
const stateNames: readonly LaneState[] = ["idle", "in-line", "full", "throttled", "paused"];

interface StoredLane {
  id: string;
  function_id: string;
  state: number;
  vtime: number;
  blocked_on: string | null;
  blocked_limit: number | null;
  not_before: number | null;
}

function toLane(row: StoredLane): LaneRow {
  return {
    id: row.id,
    functionId: row.function_id,
    state: stateNames[row.state] ?? "idle",
    vtime: row.vtime,
    blockedOn: row.blocked_on,
    blockedLimit: row.blocked_limit,
    notBefore: row.not_before,
  };
}

export function laneReads(database: Database): LaneReads {
  return { ...oneLaneReads(database), ...lineReads(database), ...allLaneReads(database) };
}

function oneLaneReads(database: Database): Pick<LaneReads, "lane" | "laneSpec"> {
  return {
    lane: ({ id }) => {
      const row = database.get<StoredLane>(
        "SELECT id, function_id, state, vtime, blocked_on, blocked_limit, not_before FROM lanes WHERE id = ?",
        id,
      );
      return row === undefined ? null : toLane(row);
    },
    laneSpec: ({ id }) => laneSpec(database, id),
  };
}

/** Indexes in their order. */
function lineReads(database: Database): Pick<LaneReads, "lanesInLine" | "lanesBlockedOn" | "throttledLanes"> {
  return {
    lanesInLine: ({ limit }) =>
      toRows(
        database
          .all<StoredLane>(
            `SELECT id, function_id, state, vtime, blocked_on, blocked_limit, not_before FROM lanes
            WHERE state = 1 ORDER BY vtime, id LIMIT ?`,
            limit,
          )
          .map(toLane),
        limit,
      ),
    lanesBlockedOn: ({ key, above, limit }) =>
      toRows(
        database
          .all<StoredLane>(
            `SELECT id, function_id, state, vtime, blocked_on, blocked_limit, not_before FROM lanes
            WHERE state = 2 AND blocked_on = ? AND blocked_limit > ? ORDER BY vtime, id LIMIT ?`,
            key,
            above,
            limit,
          )
          .map(toLane),
        limit,
      ),
    throttledLanes: ({ limit }) =>
      toRows(
        database
          .all<StoredLane>(
            `SELECT id, function_id, state, vtime, blocked_on, blocked_limit, not_before FROM lanes
            WHERE state = 3 ORDER BY not_before, id LIMIT ?`,
            limit,
          )
          .map(toLane),
        limit,
      ),
  };
}

function allLaneReads(database: Database): Pick<LaneReads, "laneFunctions" | "lanesOfFunction" | "emptyLanes"> {
  return {
    laneFunctions: () =>
      database.all<{ id: string }>("SELECT DISTINCT function_id AS id FROM lanes").map(({ id }) => id),
    lanesOfFunction: ({ functionId, paused }) =>
      database
        .all<StoredLane>(
          `SELECT id, function_id, state, vtime, blocked_on, blocked_limit, not_before FROM lanes
          WHERE function_id = ? AND state BETWEEN ? AND ?`,
          functionId,
          paused ? states.paused : states["in-line"],
          paused ? states.paused : states.throttled,
        )
        .map(toLane),
    emptyLanes: ({ vtime, limit }) =>
      database
        .all<{ id: string }>(
          `SELECT id FROM lanes WHERE state = 0 AND vtime <= ? AND NOT EXISTS (
            SELECT 1 FROM queue WHERE lane_id = lanes.id AND lane_id <> function_id) LIMIT ?`,
          vtime,
          limit,
        )
        .map(({ id }) => id),
  };
}

/** Null for a lane that is not there, or has no limits. */
export function laneSpec(database: Database, id: string): LaneSpec | null {
  const memory = memoryOf(database);
  const known = memory.specs.get(id);
  if (known !== undefined) return known;
  const row = database.get<{ spec: string | null }>("SELECT spec FROM lanes WHERE id = ?", id);
  // A lane that is not there may be made yet, with limits.
  if (row === undefined) return null;
  const spec = row.spec === null ? null : (JSON.parse(row.spec) as LaneSpec);
  rememberSpec(memory, id, spec);
  return spec;
}

const update = createUpdate<LaneFields>("lanes", ["id"], {
  state: { name: "state", write: (state) => states[state] },
  vtime: plain("vtime"),
  blockedOn: plain("blocked_on"),
  blockedLimit: plain("blocked_limit"),
  notBefore: plain("not_before"),
});

export function writeLanes(database: Database, { removed, changed, added }: Changes["lanes"]): void {
  if (removed.length + added.length > 0) {
    const memory = memoryOf(database);
    for (const id of removed) memory.specs.delete(id);
    for (const { id, functionId, spec } of added) if (id !== functionId) rememberSpec(memory, id, spec);
    memory.madeLanes += added.length;
  }
  for (const id of removed) database.run("DELETE FROM lanes WHERE id = ?", id);
  for (const { key, fields } of changed) update(database, fields, key);
  for (const lane of added) {
    database.run(
      `INSERT INTO lanes (id, function_id, spec, state, vtime, blocked_on, blocked_limit, not_before)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      lane.id,
      lane.functionId,
      lane.spec === null ? null : JSON.stringify(lane.spec),
      states[lane.state],
      lane.vtime,
      lane.blockedOn,
      lane.blockedLimit,
      lane.notBefore,
    );
  }
}

/** For a database whose leases are all void: lanes without items are forgotten, every other one gets a look. */
export function reopenLanes(database: Database): void {
  database.run(
    `DELETE FROM lanes WHERE NOT EXISTS (
      SELECT 1 FROM queue WHERE lane_id = lanes.id AND lane_id <> function_id) AND id <> function_id`,
  );
  memoryOf(database).virtualTime = database.get<{ v: number | null }>("SELECT max(vtime) AS v FROM lanes")?.v ?? 0;
  database.run("UPDATE lanes SET state = 1, blocked_on = NULL, not_before = NULL WHERE state <> 4");
}
