/** Lanes: what rules read and write of them. */
import type { LaneSpec, LaneState } from "../../../domain/queue/lane.ts";
import type { Changes, LaneFields } from "../../../rules/changes.ts";
import type { LaneRow } from "../../../rules/rows.ts";
import type { Source } from "../../../rules/source.ts";
import { memoryOf, rememberSpec } from "../commit/memory.ts";
import type { Database } from "../database.ts";
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
export const laneStateNames: readonly LaneState[] = ["idle", "in-line", "full", "throttled", "paused"];

/** No column more than is needed: each costs. */
interface StoredLane {
  id: string;
  functionId: string;
  vtime: number;
}

const free = { blockedOn: null, blockedLimit: null, notBefore: null };

export function laneReads(database: Database): LaneReads {
  return { ...oneLaneReads(database), ...lineReads(database), ...allLaneReads(database) };
}

function oneLaneReads(database: Database): Pick<LaneReads, "lane" | "laneSpec"> {
  return {
    lane: ({ id }) => {
      const row = database.get<StoredLane & { state: number }>(
        "SELECT function_id AS functionId, state, vtime FROM lanes WHERE id = ?",
        id,
      );
      if (row === undefined) return null;
      const state = laneStateNames[row.state] ?? "idle";
      return {
        id,
        functionId: row.functionId,
        state,
        vtime: row.vtime,
        ...(isHeldUp(state) ? holdUp(database, id) : free),
      };
    },
    laneSpec: ({ id }) => laneSpec(database, id),
  };
}

function isHeldUp(state: LaneState): boolean {
  return state === "full" || state === "throttled";
}

/** What holds up a lane that is full or throttled. */
function holdUp(database: Database, id: string): Pick<LaneRow, "blockedOn" | "blockedLimit" | "notBefore"> {
  const row = database.get<Pick<LaneRow, "blockedOn" | "blockedLimit" | "notBefore">>(
    "SELECT blocked_on AS blockedOn, blocked_limit AS blockedLimit, not_before AS notBefore FROM lanes WHERE id = ?",
    id,
  );
  return row ?? free;
}

/** Indexes in their order. */
function lineReads(database: Database): Pick<LaneReads, "lanesInLine" | "lanesBlockedOn" | "throttledLanes"> {
  return {
    lanesInLine: ({ limit }) => {
      const rows = database.few<StoredLane>(
        limit,
        "SELECT id, function_id AS functionId, vtime FROM lanes WHERE state = 1 ORDER BY vtime, id",
      );
      return toRows(
        rows.map((row): LaneRow => ({ ...row, state: "in-line", ...free })),
        limit,
      );
    },
    lanesBlockedOn: ({ key, above, limit }) => {
      const rows = database.few<StoredLane & { blockedLimit: number }>(
        limit,
        `SELECT id, function_id AS functionId, vtime, blocked_limit AS blockedLimit FROM lanes
        WHERE state = 2 AND blocked_on = ? AND blocked_limit > ? ORDER BY vtime, id`,
        key,
        above,
      );
      return toRows(
        rows.map((row): LaneRow => ({ ...row, state: "full", blockedOn: key, notBefore: null })),
        limit,
      );
    },
    throttledLanes: ({ limit }) => {
      const rows = database.few<StoredLane & { notBefore: number }>(
        limit,
        `SELECT id, function_id AS functionId, vtime, not_before AS notBefore FROM lanes
        WHERE state = 3 ORDER BY not_before, id`,
      );
      return toRows(
        rows.map((row): LaneRow => ({ ...row, state: "throttled", blockedOn: null, blockedLimit: null })),
        limit,
      );
    },
  };
}

function allLaneReads(database: Database): Pick<LaneReads, "laneFunctions" | "lanesOfFunction" | "emptyLanes"> {
  return {
    laneFunctions: () =>
      database.all<{ id: string }>("SELECT DISTINCT function_id AS id FROM lanes").map(({ id }) => id),
    lanesOfFunction: ({ functionId, paused }) =>
      database
        .all<StoredLane & Pick<LaneRow, "blockedOn" | "blockedLimit" | "notBefore"> & { state: number }>(
          `SELECT id, function_id AS functionId, state, vtime, blocked_on AS blockedOn, blocked_limit AS blockedLimit,
            not_before AS notBefore FROM lanes WHERE function_id = ? AND state BETWEEN ? AND ?`,
          functionId,
          paused ? states.paused : states["in-line"],
          paused ? states.paused : states.throttled,
        )
        .map((row): LaneRow => ({ ...row, state: laneStateNames[row.state] ?? "idle" })),
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
