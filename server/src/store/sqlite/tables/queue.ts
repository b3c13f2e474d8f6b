/** Queue items and their leases: what rules read and write of them, and reads for open-store.ts. */
import { payloadText, tickText } from "../../../domain/queue/queue-codec.ts";
import type { FunctionOutage, LeaseToken, QueueItem } from "../../../domain/queue/queue-item.ts";
import { matchIdRange } from "../../../domain/queue/queue-puts.ts";
import type { Changed, Changes, ItemFields, NewItem } from "../../../rules/changes.ts";
import type { DueItem, FreedItem, HeldItem, Rows, RunItem } from "../../../rules/rows.ts";
import type { Source } from "../../../rules/source.ts";
import { earliest, type QueueRow, toItem } from "../../records/queue.ts";
import { countRows } from "../commit/counts.ts";
import { memoryOf } from "../commit/memory.ts";
import { type Database, everyRow } from "../database.ts";
import { createUpdate, flag, json, plain } from "./row-update.ts";

type ItemReads = Pick<
  Source,
  | "heldItem"
  | "hasItem"
  | "item"
  | "itemDueAt"
  | "laterItem"
  | "itemsOfRun"
  | "cronItems"
  | "isMatching"
  | "readyItems"
  | "dueItems"
  | "ownDueItems"
  | "expiredItems"
>;

/** All of an index up to a limit. */
export function toRows<Row>(rows: readonly Row[], limit: number): Rows<Row> {
  return { rows, complete: rows.length < limit };
}

/** `isSure`: whether to look for rows that are new almost always. */
export function itemReads(database: Database, isSure: boolean): ItemReads {
  return { ...oneItemReads(database, isSure), ...listReads(database) };
}

type ListRead = "itemsOfRun" | "cronItems" | "readyItems" | "dueItems" | "ownDueItems" | "expiredItems";

function oneItemReads(database: Database, isSure: boolean): Omit<ItemReads, ListRead> {
  const dueAt = (sql: string, id: string): number | null => database.get<{ dueAt: number }>(sql, id)?.dueAt ?? null;
  return {
    heldItem: ({ itemId, fence }) => {
      const { hot } = memoryOf(database);
      const known = hot.held({ itemId, fence });
      if (known !== undefined) return known;
      const held = database.get<HeldItem>(
        "SELECT id, lane_id AS laneId, function_id AS functionId, run_id AS runId, rank FROM queue WHERE id = ? AND fence = ? AND leased_until IS NOT NULL",
        itemId,
        fence,
      );
      if (held !== undefined) hot.noteHeld(held, fence);
      return held ?? null;
    },
    hasItem: ({ id }) => isSure && database.get("SELECT 1 FROM queue WHERE id = ?", id) !== undefined,
    item: ({ id }) => {
      const row = database.get<QueueRow>(`SELECT * FROM queue WHERE id = ?`, id);
      return row === undefined ? null : toItem(row);
    },
    itemDueAt: ({ id }) => dueAt("SELECT due_at AS dueAt FROM queue WHERE id = ?", id),
    isMatching: ({ event, before }) => {
      const { first, end } = matchIdRange(event);
      return (
        database.get("SELECT 1 FROM queue WHERE id >= ? AND id < ? AND rank < ?", first, end, before) !== undefined
      );
    },
    laterItem: ({ id }) =>
      dueAt("SELECT due_at AS dueAt FROM queue WHERE id = ? AND leased_until IS NULL AND ready = 0", id),
  };
}

function listReads(database: Database): Pick<ItemReads, ListRead> {
  return {
    itemsOfRun: ({ runId }) =>
      memoryOf(database).hot.itemsOf(runId) ??
      database
        .few<FreedItem & { leased: number }>(
          everyRow,
          `SELECT id, function_id AS functionId, lane_id AS laneId, leased_until IS NOT NULL AS leased FROM queue
          WHERE run_id = ?`,
          runId,
        )
        .map(({ leased, ...item }): RunItem => ({ ...item, isLeased: leased === 1 })),
    cronItems: ({ functionId }) =>
      database
        .all<{ id: string }>("SELECT id FROM queue WHERE kind = 'cron' AND function_id = ?", functionId)
        .map(({ id }) => id),
    readyItems: ({ laneId, limit }) => {
      const rows = database.few<QueueRow>(
        limit,
        `SELECT * FROM queue WHERE lane_id = ? AND ready = 1 AND leased_until IS NULL ORDER BY rank, id`,
        laneId,
      );
      return toRows(rows.map(toItem), limit);
    },
    dueItems: ({ now, limit }) => {
      const rows = database.few<DueItem>(
        limit,
        `SELECT id, function_id AS functionId, lane_id AS laneId FROM queue
        WHERE leased_until IS NULL AND ready = 0 AND lane_id IS NOT NULL AND due_at <= ? ORDER BY due_at, id`,
        now,
      );
      return toRows(rows, limit);
    },
    ownDueItems: ({ now, limit }) => {
      const rows = database.few<QueueRow>(
        limit,
        `SELECT * FROM queue WHERE leased_until IS NULL AND lane_id IS NULL AND due_at <= ? ORDER BY due_at, id`,
        now,
      );
      return toRows(rows.map(toItem), limit);
    },
    expiredItems: ({ now, limit }) => {
      const rows = database.few<FreedItem>(
        limit,
        "SELECT id, function_id AS functionId, lane_id AS laneId FROM queue WHERE leased_until <= ?",
        now,
      );
      return toRows(rows, limit);
    },
  };
}

const update = createUpdate<ItemFields>("queue", ["id"], {
  attempt: plain("attempt"),
  dueAt: plain("due_at"),
  laneId: plain("lane_id"),
  fence: plain("fence"),
  tick: { name: "payload", write: tickText },
  crashes: plain("crashes"),
  suspicion: plain("suspicion"),
  unreachable: json("unreachable"),
  ready: flag("ready"),
  leasedUntil: plain("leased_until"),
});

export function writeItems(database: Database, { removed, changed, added }: Changes["items"]): void {
  let rows = added.length;
  for (const id of removed) rows -= database.run("DELETE FROM queue WHERE id = ?", id);
  const promoted = changed.filter(isPromotion);
  // As many at once as come due at once.
  if (promoted.length > fewPromoted)
    database.run(
      "UPDATE queue SET ready = 1 WHERE id IN (SELECT value FROM json_each(?))",
      JSON.stringify(promoted.map(({ key }) => key)),
    );
  for (const change of changed)
    if (promoted.length <= fewPromoted || !isPromotion(change)) update(database, change.fields, change.key);
  for (const item of added) insertItem(database, item);
  countRows(database, "queueItems", rows);
}

/** Up to so many are marked one by one. */
const fewPromoted = 4;

/** Whether all that has changed is that its time has come. */
function isPromotion({ fields }: Changed<string, ItemFields>): boolean {
  return fields.ready === true && Object.keys(fields).length === 1;
}

function insertItem(database: Database, { put, laneId, ready, leasedUntil, fence }: NewItem): void {
  database.run(
    `INSERT INTO queue (id, kind, function_id, run_id, step_id, attempt, max_attempts, due_at, rank, lane_id, payload,
      ready, leased_until, fence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    put.id,
    put.kind,
    put.functionId,
    put.runId,
    put.stepId,
    put.attempt,
    put.maxAttempts,
    put.dueAt,
    put.rank,
    laneId,
    payloadText(put),
    ready ? 1 : 0,
    leasedUntil,
    fence,
  );
}

/** Never shortens a lease. False when it is lost. */
export function extendLease(database: Database, token: LeaseToken, leaseUntil: number): boolean {
  return (
    database.run(
      "UPDATE queue SET leased_until = max(leased_until, ?) WHERE id = ? AND fence = ? AND leased_until IS NOT NULL",
      leaseUntil,
      token.itemId,
      token.fence,
    ) === 1
  );
}

/**
 * For a database that no other process can be using: the holders are gone. Their fences stay used up.
 * `crashed`: the beginning of the URLs of functions that ran in the process that went down; null for none. The only call of
 * those counts as a crash of its own, of several each is a suspect.
 */
export function releaseAll(database: Database, crashed: string | null): void {
  if (crashed !== null) countCrashes(database, crashed);
  database.run("UPDATE queue SET leased_until = NULL, ready = 0 WHERE leased_until IS NOT NULL");
}

function countCrashes(database: Database, urlStart: string): void {
  const calls = database.all<{ id: string }>(
    `SELECT id FROM queue WHERE leased_until IS NOT NULL AND kind IN ('start', 'discover', 'step')
      AND EXISTS (SELECT 1 FROM functions WHERE id = queue.function_id AND substr(url, 1, length(?)) = ?)`,
    urlStart,
    urlStart,
  );
  const column = calls.length === 1 ? "crashes" : "suspicion";
  for (const { id } of calls) database.run(`UPDATE queue SET ${column} = ${column} + 1 WHERE id = ?`, id);
}

/** Null when nothing will be due by itself. Lanes that stand aside for a slot or a pause are not waited for. */
export function getNextDueAt(database: Database): number | null {
  const row = database.get<Record<string, number | null>>(
    `SELECT (SELECT min(due_at) FROM queue WHERE leased_until IS NULL AND lane_id IS NULL) AS own,
      (SELECT min(due_at) FROM queue WHERE leased_until IS NULL AND ready = 0 AND lane_id IS NOT NULL) AS later,
      (SELECT min(leased_until) FROM queue WHERE leased_until IS NOT NULL) AS leased,
      (SELECT min(not_before) FROM lanes WHERE state = 3) AS throttled,
      (SELECT q.due_at FROM lanes AS l CROSS JOIN queue AS q ON q.lane_id = l.id
        WHERE l.state = 1 AND q.leased_until IS NULL AND q.ready = 1 LIMIT 1) AS ready`,
  );
  return earliest(row);
}

/** Null when it is not in the queue. */
export function getItem(database: Database, itemId: string): QueueItem | null {
  const row = database.get<QueueRow>("SELECT * FROM queue WHERE id = ?", itemId);
  return row === undefined ? null : toItem(row);
}

/** Earliest first, at most 100. */
export function listItems(database: Database, runId: string): QueueItem[] {
  return database
    .all<QueueRow>(`SELECT * FROM queue WHERE run_id = ? ORDER BY due_at, id LIMIT 100`, runId)
    .map(toItem);
}

export function listOutages(database: Database): FunctionOutage[] {
  return database.all<FunctionOutage>(
    `SELECT function_id AS functionId, min(json_extract(unreachable, '$.since')) AS since,
        max(json_extract(unreachable, '$.at')) AS at
        FROM queue WHERE unreachable IS NOT NULL GROUP BY function_id ORDER BY function_id`,
  );
}
