/** Queue items and their leases: writes for put-list.ts, commit.ts and open-store.ts, reads for open-store.ts. */
import { payloadText, tickText } from "../../domain/queue-codec.ts";
import type { LeaseToken, QueueItem, QueuePut } from "../../domain/queue-item.ts";
import type { Settlement } from "../../domain/transition.ts";
import type { LeaseRequest } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { specOf } from "./lane-memory.ts";
import { enterLane, leaseFromLanes } from "./lanes.ts";
import { type FreedRow, isLimited, type QueueRow, toItem } from "./queue-row.ts";
import { markRunning } from "./runs.ts";
import { releaseSlot } from "./slots.ts";

/** Items whose time has come that get in line at once; the rest follows with the next lease. */
const promotedAtOnce = 2_000;

export interface InsertOptions {
  /** Whether it waits for its turn now, not for its time. */
  ready: boolean;
  /** Born leased until then, milliseconds since 1970; null for a free item. */
  leasedUntil: number | null;
}

/** False when an item with this id is in the queue already. */
export function insertItem(database: Database, item: QueuePut, options: InsertOptions): boolean {
  return (
    database.run(
      `INSERT INTO queue (id, kind, function_id, run_id, step_id, attempt, max_attempts, due_at, rank, lane_id, payload,
        ready, leased_until, fence)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      item.id,
      item.kind,
      item.functionId,
      item.runId,
      item.stepId,
      item.attempt,
      item.maxAttempts,
      item.dueAt,
      item.rank,
      item.lane?.id ?? null,
      payloadText(item),
      options.ready ? 1 : 0,
      options.leasedUntil,
      options.leasedUntil === null ? 0 : 1,
    ) === 1
  );
}

/** A leased item, as far as commits ask about it. Null when the lease is lost: the item is gone or leased anew. */
export type HeldItem = FreedRow & Pick<QueueRow, "run_id" | "rank">;

export function getHeld(database: Database, token: LeaseToken): HeldItem | null {
  const row = database.get<HeldItem>(
    "SELECT id, lane_id, function_id, run_id, rank FROM queue WHERE id = ? AND fence = ? AND leased_until IS NOT NULL",
    token.itemId,
    token.fence,
  );
  return row ?? null;
}

/** Takes a leased item out of the queue. */
export function deleteHeld(database: Database, item: HeldItem): void {
  deleteItem(database, item.id);
  releaseSlotsOf(database, item);
}

/** Puts a leased item back, free, to wait for its time. */
export function putBack(
  database: Database,
  item: HeldItem,
  { attempt, dueAt, tick, trouble }: Extract<Settlement, { kind: "retry" }>,
): void {
  database.run(
    `UPDATE queue SET attempt = ?, due_at = ?, crashes = ?, suspicion = ?, unreachable = ?, payload = coalesce(?, payload),
      ready = 0, leased_until = NULL WHERE id = ?`,
    attempt,
    dueAt,
    trouble?.crashes ?? 0,
    trouble?.suspicion ?? 0,
    trouble === undefined || trouble.unreachable === null ? null : JSON.stringify(trouble.unreachable),
    tick === undefined ? null : tickText(tick),
    item.id,
  );
  releaseSlotsOf(database, item);
}

/** Items that wait for a later time become due. Returns how many. */
export function bringForward(database: Database, itemIds: readonly string[], at: number): number {
  return database.run(
    `UPDATE queue SET due_at = ? WHERE id IN (SELECT value FROM json_each(?))
      AND leased_until IS NULL AND ready = 0 AND due_at > ?`,
    at,
    JSON.stringify(itemIds),
    at,
  );
}

/** For items that call no app: they hold nothing. */
export function deleteItem(database: Database, itemId: string): void {
  database.run("DELETE FROM queue WHERE id = ?", itemId);
}

/** An item whose time has come waits for its turn from now on. */
export function markReady(database: Database, itemId: string): void {
  database.run("UPDATE queue SET ready = 1 WHERE id = ?", itemId);
}

export function deleteItemsOfRun(database: Database, runId: string): void {
  const rows = database.all<FreedRow & { leased_until: number | null }>(
    "DELETE FROM queue WHERE run_id = ? RETURNING id, lane_id, function_id, leased_until",
    runId,
  );
  for (const row of rows) if (row.leased_until !== null) releaseSlotsOf(database, row);
}

/** Crons of this function whose ids are not in `kept` leave the queue. */
export function deleteCronsOfFunction(database: Database, functionId: string, kept: ReadonlySet<string>): void {
  const rows = database.all<{ id: string }>("SELECT id FROM queue WHERE kind = 'cron' AND function_id = ?", functionId);
  for (const { id } of rows) {
    if (!kept.has(id)) deleteItem(database, id);
  }
}

/** Leases what is due: the engine's own work first, then lane by lane. Expired leases first become free again. */
export function leaseDue(database: Database, request: LeaseRequest): QueueItem[] {
  freeExpired(database, request.now);
  promoteDue(database, request.now);
  const own = leaseOwn(database, request);
  if (own.length >= request.limit) return own;
  return [...own, ...leaseFromLanes(database, { ...request, limit: request.limit - own.length }).items];
}

/** Null when the item is gone or leased. Marks the run of a `start` item as Running. Not for lanes with limits. */
export function leaseItem(
  database: Database,
  itemId: string,
  request: { now: number; leaseUntil: number },
): QueueItem | null {
  const row = database.get<QueueRow>(
    "UPDATE queue SET leased_until = ?, fence = fence + 1 WHERE id = ? AND leased_until IS NULL RETURNING *",
    request.leaseUntil,
    itemId,
  );
  if (row === undefined) return null;
  if (row.kind === "start" && row.run_id !== null) markRunning(database, row.run_id, request.now);
  return toItem(row);
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
  const times = Object.values(row ?? {}).filter((time) => typeof time === "number");
  return times.length === 0 ? null : Math.min(...times);
}

/** Earliest first, at most 100. */
export function listItems(database: Database, runId: string): QueueItem[] {
  return database
    .all<QueueRow>("SELECT * FROM queue WHERE run_id = ? ORDER BY due_at, id LIMIT 100", runId)
    .map(toItem);
}

function releaseSlotsOf(database: Database, item: FreedRow): void {
  if (!isLimited(item.lane_id, item.function_id)) return;
  for (const { key } of specOf(database, item.lane_id, item.function_id)?.slots ?? []) releaseSlot(database, key);
}

function freeExpired(database: Database, now: number): void {
  const freed = database.all<FreedRow>(
    "UPDATE queue SET leased_until = NULL, ready = 0 WHERE leased_until <= ? RETURNING id, lane_id, function_id",
    now,
  );
  for (const item of freed) releaseSlotsOf(database, item);
}

function promoteDue(database: Database, now: number): void {
  const promoted = database.all<{ lane_id: string; function_id: string }>(
    `UPDATE queue SET ready = 1 WHERE id IN (
      SELECT id FROM queue WHERE leased_until IS NULL AND ready = 0 AND lane_id IS NOT NULL AND due_at <= ?
      ORDER BY due_at, id LIMIT ?) RETURNING lane_id, function_id`,
    now,
    promotedAtOnce,
  );
  const entered = new Set<string>();
  for (const { lane_id: laneId, function_id: functionId } of promoted) {
    if (entered.has(laneId)) continue;
    entered.add(laneId);
    enterLane(database, laneId, functionId, true);
  }
}

/** The engine's own work waits for nothing but its time. */
function leaseOwn(database: Database, request: LeaseRequest): QueueItem[] {
  const due = database.all<{ id: string }>(
    "SELECT id FROM queue WHERE leased_until IS NULL AND lane_id IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?",
    request.now,
    request.limit,
  );
  return due.flatMap(({ id }) => leaseItem(database, id, request) ?? []);
}
