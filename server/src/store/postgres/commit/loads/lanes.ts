/** Questions about lanes and what limits them. Lanes that another node is looking at are skipped by who looks for any. */

import type { LaneSpec } from "../../../../domain/queue/lane.ts";
import { throttleRange } from "../../../../domain/queue/lane.ts";
import type { LaneRow, Rows } from "../../../../rules/rows.ts";
import type { Row } from "../../wire/batch.ts";
import { lockedElsewhere } from "../../wire/postgres-error.ts";
import { firstOf, firstRows, type Load, maybeNumber, maybeText, number, text, texts } from "./load.ts";

/** `spec` never changes, so the node remembers it: see memory.ts. */
const columns = "t.id, t.function_id, t.spec, t.state, t.vtime, t.blocked_on, t.blocked_limit, t.not_before";

function readLane(row: Row): LaneRow {
  return {
    id: text(row, "id"),
    functionId: text(row, "function_id"),
    state: text(row, "state") as LaneRow["state"],
    vtime: number(row, "vtime"),
    blockedOn: maybeText(row, "blocked_on"),
    blockedLimit: maybeNumber(row, "blocked_limit"),
    notBefore: maybeNumber(row, "not_before"),
  };
}

/** See `firstFree` of items.ts. */
function firstLanes(where: string, order: string): string {
  const from = `FROM stepwell.lanes AS t WHERE t.ns = $1 AND ${where}`;
  return `SELECT k.i, c.there, q.* FROM {keys}
    CROSS JOIN LATERAL (SELECT count(*) AS there FROM (SELECT 1 ${from} LIMIT {limit} + 1) AS x) AS c
    LEFT JOIN LATERAL (SELECT ${columns} ${from} ORDER BY ${order} LIMIT {limit}
      FOR NO KEY UPDATE OF t SKIP LOCKED) AS q ON true`;
}

export const lane: Load<"lane"> = {
  class: "lanes",
  keys: { id: "text" },
  keyOf: ({ id }) => ({ id }),
  sql: `SELECT k.i, ${columns} FROM {keys} JOIN stepwell.lanes AS t ON t.ns = $1 AND t.id = k.id
    ORDER BY t.id FOR NO KEY UPDATE OF t{wait}`,
  answer: firstOf(readLane),
};

export const laneSpec: Load<"laneSpec"> = {
  class: "none",
  keys: { id: "text" },
  keyOf: ({ id }) => ({ id }),
  sql: `SELECT k.i, t.id, t.spec FROM {keys} JOIN stepwell.lanes AS t ON t.ns = $1 AND t.id = k.id AND t.spec IS NOT NULL`,
  answer: firstOf((row) => JSON.parse(text(row, "spec")) as LaneSpec),
};

const anyLane = { class: "none", keys: { one: "integer" }, keyOf: () => ({ one: 1 }) } as const;

function lanesUpTo(rows: readonly Row[], limit: number, loaded: number): Rows<LaneRow> | undefined {
  return limit > loaded ? undefined : firstRows(rows, limit, readLane);
}

export const lanesInLine: Load<"lanesInLine"> = {
  ...anyLane,
  sql: firstLanes("t.state = 'in-line' AND k.one = 1", "t.vtime, t.id"),
  limitOf: ({ limit }) => limit,
  answer: (rows, { limit }, loaded) => lanesUpTo(rows, limit, loaded),
};

export const throttledLanes: Load<"throttledLanes"> = {
  ...anyLane,
  sql: firstLanes("t.state = 'throttled' AND k.one = 1", "t.not_before, t.id"),
  limitOf: ({ limit }) => limit,
  answer: (rows, { limit }, loaded) => lanesUpTo(rows, limit, loaded),
};

/** `above` differs from one question to the next, while slots are freed one by one. */
export const lanesBlockedOn: Load<"lanesBlockedOn"> = {
  class: "none",
  keys: { key: "text", above: "integer" },
  keyOf: ({ key, above }) => ({ key, above }),
  sql: firstLanes("t.state = 'full' AND t.blocked_on = k.key AND t.blocked_limit > k.above", "t.vtime, t.id"),
  limitOf: ({ limit }) => limit,
  answer(rows, { limit }, loaded) {
    const lanes = lanesUpTo(rows, limit, loaded);
    // Whoever frees a slot wakes a lane that waits for it, or nobody does: the other commit may not look at the slot at all.
    if (lanes?.rows.length === 0 && !lanes.complete)
      throw lockedElsewhere("All lanes that wait for a slot are locked.");
    return lanes;
  },
};

export const laneFunctions: Load<"laneFunctions"> = {
  ...anyLane,
  sql: "SELECT k.i, t.id FROM {keys} CROSS JOIN (SELECT DISTINCT function_id AS id FROM stepwell.lanes WHERE ns = $1) AS t",
  answer: texts("id"),
};

export const lanesOfFunction: Load<"lanesOfFunction"> = {
  class: "lanes",
  keys: { function_id: "text" },
  keyOf: ({ functionId }) => ({ function_id: functionId }),
  sql: `SELECT k.i, ${columns} FROM {keys} JOIN stepwell.lanes AS t ON t.ns = $1 AND t.function_id = k.function_id
    ORDER BY t.id FOR NO KEY UPDATE OF t{wait}`,
  answer: (rows) => rows.map(readLane),
};

export const emptyLanes: Load<"emptyLanes"> = {
  class: "none",
  keys: { vtime: "bigint" },
  keyOf: ({ vtime }) => ({ vtime }),
  sql: `SELECT k.i, q.id FROM {keys} CROSS JOIN LATERAL (SELECT t.id FROM stepwell.lanes AS t
    WHERE t.ns = $1 AND t.state = 'idle' AND t.vtime <= k.vtime AND t.spec IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM stepwell.queue AS i WHERE i.ns = $1 AND i.lane_id = t.id AND i.lane_id <> i.function_id)
    LIMIT {limit} FOR UPDATE OF t SKIP LOCKED) AS q`,
  limitOf: ({ limit }) => limit,
  answer: (rows, { limit }) => texts("id")(rows.slice(0, limit)),
};

/** loaded-rows.ts makes sure that the row is there before it is locked. */
export const slot: Load<"slot"> = {
  class: "slots",
  keys: { key: "text" },
  keyOf: ({ key }) => ({ key }),
  sql: `SELECT k.i, t.used FROM {keys} JOIN stepwell.slots AS t ON t.ns = $1 AND t.key = k.key
    ORDER BY t.key FOR NO KEY UPDATE OF t{wait}`,
  answer: (rows) => (rows[0] === undefined ? undefined : number(rows[0], "used")),
};

export const throttle: Load<"throttle"> = {
  class: "slots",
  keys: { key: "text" },
  keyOf: ({ key }) => ({ key }),
  sql: `SELECT k.i, t.tat FROM {keys} JOIN stepwell.throttles AS t ON t.ns = $1 AND t.key = k.key
    ORDER BY t.key FOR NO KEY UPDATE OF t{wait}`,
  answer: (rows) => (rows[0] === undefined ? undefined : number(rows[0], "tat")),
};

/** They change under the lock of their run. */
export const runSlots: Load<"runSlots"> = {
  class: "none",
  keys: { run_id: "text" },
  keyOf: ({ runId }) => ({ run_id: runId }),
  sql: "SELECT k.i, t.key FROM {keys} JOIN stepwell.run_slots AS t ON t.ns = $1 AND t.run_id = k.run_id ORDER BY t.key",
  answer: texts("key"),
};

/** Asked when a limit that people set changes, which shuts out every other commit. */
export const throttlesOfFunction: Load<"throttlesOfFunction"> = {
  class: "none",
  keys: { id: "text", after: "text", before: "text" },
  keyOf: ({ functionId }) => {
    const [after, before] = throttleRange(functionId);
    return { id: functionId, after, before };
  },
  sql: `SELECT k.i, t.key FROM {keys} JOIN stepwell.throttles AS t
    ON t.ns = $1 AND (t.key = k.id OR (t.key > k.after AND t.key < k.before)) ORDER BY t.key`,
  answer: texts("key"),
};

export const passedThrottles: Load<"passedThrottles"> = {
  class: "none",
  keys: { now: "bigint" },
  keyOf: ({ now }) => ({ now }),
  sql: `SELECT k.i, q.key FROM {keys} CROSS JOIN LATERAL (SELECT t.key FROM stepwell.throttles AS t
    WHERE t.ns = $1 AND t.tat <= k.now AND t.tat > 0 LIMIT {limit} FOR UPDATE OF t SKIP LOCKED) AS q`,
  limitOf: ({ limit }) => limit,
  answer: (rows, { limit }) => texts("key")(rows.slice(0, limit)),
};

const ofLimit = (key: string) => ({ key: `limit:${key}`, mode: "exclusive" }) as const;

export const rateLimit: Load<"rateLimit"> = {
  class: "none",
  keys: { key: "text" },
  keyOf: ({ key }) => ({ key }),
  sql: "SELECT k.i, t.hits, t.tat FROM {keys} JOIN stepwell.rate_limits AS t ON t.ns = $1 AND t.key = k.key",
  answer: firstOf((row) => ({ hits: number(row, "hits"), tat: maybeNumber(row, "tat") })),
  lock: ({ key }) => ofLimit(key),
};

export const rateLimitHit: Load<"rateLimitHit"> = {
  class: "none",
  keys: { key: "text", number: "bigint" },
  keyOf: ({ key, number: hit }) => ({ key, number: hit }),
  sql: `SELECT k.i, t.at FROM {keys} JOIN stepwell.rate_limit_hits AS t
    ON t.ns = $1 AND t.key = k.key AND t.number = k.number`,
  answer: firstOf((row) => number(row, "at")),
  lock: ({ key }) => ofLimit(key),
};

/** The leader clears them: see upkeep.ts. */
export const expiredLimits: Load<"expiredLimits"> = {
  class: "none",
  keys: { now: "bigint" },
  keyOf: ({ now }) => ({ now }),
  sql: "SELECT k.i FROM {keys} WHERE false",
  answer: () => [],
};
