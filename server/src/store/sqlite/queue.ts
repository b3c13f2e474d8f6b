/** Queue items and their leases: writes for commit.ts and open-store.ts, reads for open-store.ts. */
import type { LeaseToken, QueueItem, QueuePut } from "../../domain/queue-item.ts";
import type { LeaseRequest } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { markRunning } from "./runs.ts";

interface QueueRow {
  id: string;
  kind: QueueItem["kind"];
  function_id: string;
  run_id: string | null;
  step_id: string | null;
  attempt: number;
  max_attempts: number;
  due_at: number;
  fence: number;
  rank: number;
  lane_id: string | null;
  crashes: number;
  payload: string | null;
}

/** False when an item with this id is in the queue already. */
export function putItem(database: Database, item: QueuePut): boolean {
  return (
    database.run(
      `INSERT INTO queue (id, kind, function_id, run_id, step_id, attempt, max_attempts, due_at, rank, lane_id, payload)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
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
      item.payload,
    ) === 1
  );
}

/** Whether the lease still stands: the item is in the queue and nobody has leased it since. */
export function isHeld(database: Database, token: LeaseToken): boolean {
  const found = database.get(
    "SELECT 1 FROM queue WHERE id = ? AND fence = ? AND leased_until IS NOT NULL",
    token.itemId,
    token.fence,
  );
  return found !== undefined;
}

export function deleteItem(database: Database, itemId: string): void {
  database.run("DELETE FROM queue WHERE id = ?", itemId);
}

export function deleteItemsOfRun(database: Database, runId: string): void {
  database.run("DELETE FROM queue WHERE run_id = ?", runId);
}

/** Puts a leased item back, free. Returns the run that it belongs to; null for none. */
export function retryItem(
  database: Database,
  itemId: string,
  { attempt, dueAt, payload }: { attempt: number; dueAt: number; payload?: string },
): string | null {
  const row = database.get<{ run_id: string | null }>(
    "UPDATE queue SET attempt = ?, due_at = ?, payload = coalesce(?, payload), leased_until = NULL WHERE id = ? RETURNING run_id",
    attempt,
    dueAt,
    payload ?? null,
    itemId,
  );
  return row?.run_id ?? null;
}

/** Crons of this function whose ids are not in `kept` leave the queue. */
export function deleteCronsOfFunction(database: Database, functionId: string, kept: ReadonlySet<string>): void {
  const rows = database.all<{ id: string }>("SELECT id FROM queue WHERE kind = 'cron' AND function_id = ?", functionId);
  for (const { id } of rows) {
    if (!kept.has(id)) deleteItem(database, id);
  }
}

/** Leases due items, earliest first. Expired leases first become free again. */
export function leaseDue(database: Database, request: LeaseRequest): QueueItem[] {
  database.run("UPDATE queue SET leased_until = NULL WHERE leased_until <= ?", request.now);
  const due = database.all<{ id: string }>(
    "SELECT id FROM queue WHERE leased_until IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?",
    request.now,
    request.limit,
  );
  return due.flatMap(({ id }) => leaseItem(database, id, request) ?? []);
}

/** Null when the item is gone or leased. Marks the run of a `start` item as Running. */
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

/** For a database that no other process can be using: the holders are gone. Their fences stay used up. */
export function releaseAll(database: Database): void {
  database.run("UPDATE queue SET leased_until = NULL WHERE leased_until IS NOT NULL");
}

/** Null for an empty queue. */
export function getNextDueAt(database: Database): number | null {
  const row = database.get<{ free: number | null; leased: number | null }>(
    `SELECT (SELECT min(due_at) FROM queue WHERE leased_until IS NULL) AS free,
      (SELECT min(leased_until) FROM queue WHERE leased_until IS NOT NULL) AS leased`,
  );
  const times = [row?.free, row?.leased].filter((time) => typeof time === "number");
  return times.length === 0 ? null : Math.min(...times);
}

/** Earliest first, at most 100. */
export function listItems(database: Database, runId: string): QueueItem[] {
  return database
    .all<QueueRow>("SELECT * FROM queue WHERE run_id = ? ORDER BY due_at, id LIMIT 100", runId)
    .map(toItem);
}

function toItem(row: QueueRow): QueueItem {
  return {
    id: row.id,
    kind: row.kind,
    functionId: row.function_id,
    runId: row.run_id,
    stepId: row.step_id,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    dueAt: row.due_at,
    fence: row.fence,
    rank: row.rank,
    laneId: row.lane_id,
    crashes: row.crashes,
    payload: row.payload,
  };
}
