/**
 * What is old goes: batches of ended runs and of events that no run names. Called by open-store.ts, inside a transaction.
 * Must never touch a run that is open, or what one needs.
 */
import { lowestUlid } from "../../domain/ids.ts";
import { isEnded, runStatuses } from "../../domain/run.ts";
import type { SweepRequest, SweepResult } from "../../ports/store.ts";
import type { Database } from "./database.ts";

const endedStatuses = runStatuses.filter(isEnded);

/**
 * Deletes up to `limit` runs; events only once no run is left to delete. The cursor is the number of the last event looked
 * at, so that those that stay are not looked at again.
 */
export function sweepBatch(database: Database, { before, limit, cursor }: SweepRequest): SweepResult {
  const runIds = oldRuns(database, before, limit);
  for (const runId of runIds) deleteRun(database, runId);
  if (runIds.length === limit) return { runs: runIds.length, events: 0, cursor: cursor ?? "0" };
  const { deleted, last } = sweepEvents(database, before, limit, Number(cursor ?? "0"));
  return { runs: runIds.length, events: deleted, cursor: last === null ? null : String(last) };
}

/** Oldest first. A run is queued before it ends, so its id bounds the search. */
function oldRuns(database: Database, before: number, limit: number): string[] {
  const ids = endedStatuses.flatMap((status) =>
    database
      .all<{ id: string }>(
        "SELECT id FROM runs WHERE status = ? AND id < ? AND ended_at < ? ORDER BY id LIMIT ?",
        status,
        lowestUlid(before),
        before,
        limit,
      )
      .map(({ id }) => id),
  );
  return ids.sort().slice(0, limit);
}

function deleteRun(database: Database, runId: string): void {
  const row = database.get<{ event_ids: string }>("DELETE FROM runs WHERE id = ? RETURNING event_ids", runId);
  database.run("DELETE FROM steps WHERE run_id = ?", runId);
  database.run("DELETE FROM attempts WHERE run_id = ?", runId);
  database.run("DELETE FROM dead_letters WHERE run_id = ?", runId);
  database.run(
    "DELETE FROM run_events WHERE event_id IN (SELECT value FROM json_each(?)) AND run_id = ?",
    row?.event_ids ?? "[]",
    runId,
  );
}

/** Events are numbered as they came in: the first that is young enough ends the search. */
function sweepEvents(
  database: Database,
  before: number,
  limit: number,
  after: number,
): { deleted: number; last: number | null } {
  const rows = database.all<{ number: number; internal_id: string; received_at: number }>(
    "SELECT rowid AS number, internal_id, received_at FROM events WHERE rowid > ? ORDER BY rowid LIMIT ?",
    after,
    limit,
  );
  let deleted = 0;
  for (const { internal_id, received_at } of rows) {
    if (received_at >= before) return { deleted, last: null };
    deleted += database.run(
      `DELETE FROM events WHERE internal_id = ?1
        AND NOT EXISTS (SELECT 1 FROM run_events WHERE event_id = ?1)`,
      internal_id,
    );
  }
  return { deleted, last: rows.length < limit ? null : (rows.at(-1)?.number ?? null) };
}
