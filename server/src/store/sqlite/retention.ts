/**
 * What is old goes: batches of ended runs and of events that no run names. Called by open-store.ts, inside a transaction.
 * Must never touch a run that is open, or what one needs.
 */
import { lowestUlid } from "../../domain/ids.ts";
import { isEnded, runStatuses } from "../../domain/run/run.ts";
import type { SweepRequest, SweepResult } from "../../ports/store.ts";
import { countRows } from "./commit/counts.ts";
import type { Database } from "./database.ts";

const endedStatuses = runStatuses.filter(isEnded);

/**
 * Deletes up to `limit` runs, with the events that only they name, and then looks at as many events that came to nothing. The
 * cursor is the number of the last event looked at, so that those that stay are not looked at again.
 */
export function sweepBatch(database: Database, { before, limit, cursor }: SweepRequest): SweepResult {
  const runIds = oldRuns(database, before, limit);
  const named = deleteRuns(database, runIds);
  const events = named.length === 0 ? 0 : deleteEvents(database, named);
  const { deleted, last } = sweepEvents(database, before, limit, Number(cursor ?? "0"));
  const isDone = runIds.length < limit && last === null;
  if (isDone) database.run("DELETE FROM bulk_jobs WHERE id < ? AND ended_at < ?", lowestUlid(before), before);
  return { runs: runIds.length, events: events + deleted, cursor: isDone ? null : String(last ?? cursor ?? "0") };
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

/** Returns the events that they named. A statement a table, however many runs there are. */
function deleteRuns(database: Database, runIds: readonly string[]): string[] {
  if (runIds.length === 0) return [];
  const ids = JSON.stringify(runIds);
  const ofRuns = (table: string): number =>
    database.run(`DELETE FROM ${table} WHERE run_id IN (SELECT value FROM json_each(?))`, ids);
  const rows = database.all<{ id: string; event_ids: string }>(
    "SELECT r.id, r.event_ids FROM json_each(?) AS wanted CROSS JOIN runs AS r ON r.id = wanted.value",
    ids,
  );
  countRows(database, "runs", -database.run("DELETE FROM runs WHERE id IN (SELECT value FROM json_each(?))", ids));
  countRows(database, "steps", -ofRuns("steps"));
  ofRuns("attempts");
  ofRuns("run_metadata");
  countRows(database, "logLines", -ofRuns("run_logs"));
  countRows(database, "deadLetters", -ofRuns("dead_letters"));
  const named = rows.flatMap(({ id, event_ids }) => (JSON.parse(event_ids) as string[]).map((event) => [event, id]));
  database.run(
    `DELETE FROM run_events WHERE (event_id, run_id) IN (
      SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))`,
    JSON.stringify(named),
  );
  return named.map(([event = ""]) => event);
}

/** Of those, the events that no run names, and that no debounce or batch holds. */
function deleteEvents(database: Database, eventIds: readonly string[]): number {
  const ids = JSON.stringify(eventIds);
  const deleted = database.run(
    `DELETE FROM events WHERE internal_id IN (SELECT value FROM json_each(?))
      AND NOT EXISTS (SELECT 1 FROM run_events WHERE event_id = internal_id)
      AND internal_id NOT IN (SELECT event_id FROM debounces UNION ALL SELECT event_id FROM batch_events)`,
    ids,
  );
  countRows(database, "events", -deleted);
  database.run(
    `DELETE FROM refusals WHERE event_id IN (SELECT value FROM json_each(?))
      AND NOT EXISTS (SELECT 1 FROM events WHERE internal_id = event_id)`,
    ids,
  );
  return deleted;
}

/** Events are numbered as they came in: the first that is young enough ends the search. `last`: null at its end. */
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
  const young = rows.findIndex(({ received_at }) => received_at >= before);
  const old = young === -1 ? rows : rows.slice(0, young);
  const deleted =
    old.length === 0
      ? 0
      : deleteEvents(
          database,
          old.map((row) => row.internal_id),
        );
  const isEnd = young !== -1 || rows.length < limit;
  return { deleted, last: isEnd ? null : (rows.at(-1)?.number ?? null) };
}
