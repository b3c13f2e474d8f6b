/** Questions about queue items. Free items that another node has locked are skipped, and the answer then is not complete. */
import type { QueueItem } from "../../../../domain/queue/queue-item.ts";
import { matchIdRange } from "../../../../domain/queue/queue-puts.ts";
import type { DueItem, FreedItem, HeldItem } from "../../../../rules/rows.ts";
import { type QueueRow, toItem } from "../../../records/queue.ts";
import { itemColumns } from "../../tables/queue.ts";
import type { Row } from "../../wire/batch.ts";
import { firstOf, firstRows, isThere, type Load, maybeText, number, text, texts } from "./load.ts";
import { nameLock } from "./wait-locks.ts";

const byId = "{keys} JOIN stepwell.queue AS t ON t.ns = $1 AND t.id = k.id";
const inOrder = "ORDER BY t.id FOR UPDATE OF t{wait}";

const readItem = (row: Row): QueueItem => toItem(row as object as QueueRow);

const readFreed = (row: Row): FreedItem => ({
  id: text(row, "id"),
  functionId: text(row, "function_id"),
  laneId: maybeText(row, "lane_id"),
});

/**
 * The first rows of an index, those skipped that somebody else has locked. `there` says how many stand in the index, locked
 * or not, so that skipped is not taken for empty. `where`: conditions on `t`, which may name `k`.
 */
function firstFree(columns: string, where: string, order: string, lock = "FOR UPDATE OF t SKIP LOCKED"): string {
  const from = `FROM stepwell.queue AS t WHERE t.ns = $1 AND ${where}`;
  return `SELECT k.i, c.there, q.* FROM {keys}
    CROSS JOIN LATERAL (SELECT count(*) AS there FROM (SELECT 1 ${from} LIMIT {limit} + 1) AS x) AS c
    LEFT JOIN LATERAL (SELECT ${columns} ${from} ORDER BY ${order} LIMIT {limit} ${lock}) AS q ON true`;
}

const byNow = {
  class: "none" as const,
  keys: { now: "bigint" } as const,
  keyOf: ({ now }: { now: number }) => ({ now }),
  limitOf: ({ limit }: { limit: number }) => limit,
};

export const heldItem: Load<"heldItem"> = {
  class: "rows",
  keys: { id: "text", fence: "bigint" },
  keyOf: ({ itemId, fence }) => ({ id: itemId, fence }),
  sql: `SELECT k.i, t.id, t.function_id, t.run_id, t.lane_id, t.rank FROM ${byId} AND t.fence = k.fence
    AND t.leased_until IS NOT NULL ${inOrder}`,
  answer: firstOf(
    (row): HeldItem => ({ ...readFreed(row), runId: maybeText(row, "run_id"), rank: number(row, "rank") }),
  ),
};

const oneItem = { class: "rows", keys: { id: "text" }, keyOf: ({ id }: { id: string }) => ({ id }) } as const;

/** Added rows that are there already fail, and are decided on anew. */
export const hasItem: Load<"hasItem"> = { ...oneItem, class: "none", sql: `SELECT k.i FROM ${byId}`, answer: isThere };

export const item: Load<"item"> = {
  ...oneItem,
  sql: `SELECT k.i, ${itemColumns("t")} FROM ${byId} ${inOrder}`,
  answer: firstOf(readItem),
};

export const itemDueAt: Load<"itemDueAt"> = {
  ...oneItem,
  sql: `SELECT k.i, t.due_at FROM ${byId} ${inOrder}`,
  answer: firstOf((row) => number(row, "due_at")),
};

export const laterItem: Load<"laterItem"> = {
  ...oneItem,
  sql: `SELECT k.i, t.due_at FROM ${byId} AND t.leased_until IS NULL AND NOT t.ready ${inOrder}`,
  answer: firstOf((row) => number(row, "due_at")),
};

export const itemsOfRun: Load<"itemsOfRun"> = {
  class: "rows",
  keys: { run_id: "text" },
  keyOf: ({ runId }) => ({ run_id: runId }),
  sql: `SELECT k.i, t.id, t.function_id, t.lane_id, t.leased_until IS NOT NULL AS leased
    FROM {keys} JOIN stepwell.queue AS t ON t.ns = $1 AND t.run_id = k.run_id ${inOrder}`,
  answer: (rows) => rows.map((row) => ({ ...readFreed(row), isLeased: row["leased"] === true })),
};

export const cronItems: Load<"cronItems"> = {
  class: "rows",
  keys: { function_id: "text" },
  keyOf: ({ functionId }) => ({ function_id: functionId }),
  sql: `SELECT k.i, t.id FROM {keys} JOIN stepwell.queue AS t
    ON t.ns = $1 AND t.function_id = k.function_id AND t.kind = 'cron' ${inOrder}`,
  answer: texts("id"),
};

/** Events of a name lock it in share mode, so that none is put while this is decided. */
export const isMatching: Load<"isMatching"> = {
  class: "none",
  keys: { first: "text", end: "text", before: "bigint" },
  keyOf: ({ event, before }) => ({ ...matchIdRange(event), before }),
  sql: `SELECT k.i FROM {keys} WHERE EXISTS (SELECT 1 FROM stepwell.queue AS t
    WHERE t.ns = $1 AND t.id >= k.first AND t.id < k.end AND t.rank < k.before)`,
  answer: isThere,
  lock: ({ event }) => nameLock(event, "exclusive"),
};

export const readyItems: Load<"readyItems"> = {
  class: "none",
  keys: { lane_id: "text" },
  keyOf: ({ laneId }) => ({ lane_id: laneId }),
  sql: firstFree(itemColumns("t"), "t.lane_id = k.lane_id AND t.ready AND t.leased_until IS NULL", "t.rank, t.id"),
  limitOf: ({ limit }) => limit,
  answer: (rows, { limit }, loaded) => (limit > loaded ? undefined : firstRows(rows, limit, readItem)),
};

export const dueItems: Load<"dueItems"> = {
  ...byNow,
  sql: firstFree(
    "t.id, t.function_id, t.lane_id",
    "t.leased_until IS NULL AND NOT t.ready AND t.lane_id IS NOT NULL AND t.due_at <= k.now",
    "t.due_at, t.id",
  ),
  answer: (rows, { limit }, loaded) =>
    limit > loaded
      ? undefined
      : firstRows(
          rows,
          limit,
          (row): DueItem => ({
            id: text(row, "id"),
            functionId: text(row, "function_id"),
            laneId: text(row, "lane_id"),
          }),
        ),
};

export const ownDueItems: Load<"ownDueItems"> = {
  ...byNow,
  sql: firstFree(
    itemColumns("t"),
    "t.leased_until IS NULL AND t.lane_id IS NULL AND t.due_at <= k.now",
    "t.due_at, t.id",
  ),
  answer: (rows, { limit }, loaded) => (limit > loaded ? undefined : firstRows(rows, limit, readItem)),
};

export const expiredItems: Load<"expiredItems"> = {
  ...byNow,
  sql: firstFree("t.id, t.function_id, t.lane_id", "t.leased_until <= k.now", "t.leased_until, t.id"),
  answer: (rows, { limit }, loaded) => (limit > loaded ? undefined : firstRows(rows, limit, readFreed)),
};
