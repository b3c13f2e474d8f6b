/**
 * What is old goes: batches of ended runs and of events that no run names, each in one transaction. Called by
 * operation-methods.ts, on any node: two at once do the same work, and no harm. Must never touch a run that is open, or what
 * one needs.
 */
import { lowestUlid } from "../../domain/ids.ts";
import { isEnded, runStatuses } from "../../domain/run/run.ts";
import type { SweepRequest, SweepResult } from "../../ports/store.ts";
import { recordBytes } from "./commit/record-bytes.ts";
import type { Statement, StatementResult } from "./wire/batch.ts";
import type { Connections } from "./wire/connections.ts";
import type { Connection } from "./wire/driver.ts";

const endedStatuses = runStatuses.filter(isEnded);
/** The row of `commits` that counts what retention took. */
const countedAs = "retention";

interface Deleted {
  count: number;
  bytes: number;
}

/** Sums what is deleted of one table. */
function deleteCounted(table: keyof typeof recordBytes, where: string): string {
  return `WITH gone AS (DELETE FROM stepwell.${table} AS t WHERE t.ns = $1 AND ${where} RETURNING ${recordBytes[table]} AS bytes)
    SELECT count(*) AS count, coalesce(sum(bytes), 0)::bigint AS bytes FROM gone`;
}

function toDeleted(result: StatementResult | undefined): Deleted {
  const row = result?.rows[0];
  return { count: Number(row?.["count"] ?? 0), bytes: Number(row?.["bytes"] ?? 0) };
}

/**
 * Deletes up to `limit` runs, with the events that only they name, and then looks at as many events that came to nothing. The
 * cursor is the time and id of the last event looked at, so that those that stay are not looked at again.
 */
export function sweepBatch(connections: Connections, ns: string, request: SweepRequest): Promise<SweepResult> {
  return connections.use(async (connection) => {
    const { before, limit, cursor } = request;
    const [, found, seen] = await connection.send([
      { text: "BEGIN ISOLATION LEVEL READ COMMITTED", values: [] },
      oldRuns(ns, request),
      nextEvents(ns, request),
    ]);
    const runs = found?.rows ?? [];
    const runIds = runs.map((row) => String(row["id"]));
    const named = runs.flatMap((row) => JSON.parse(String(row["event_ids"])) as string[]);
    const rows = (seen?.rows ?? []).map((row) => ({ id: String(row["id"]), at: Number(row["at"]) }));
    const young = rows.findIndex(({ at }) => at >= before);
    const old = young === -1 ? rows : rows.slice(0, young);
    const isEnd = young !== -1 || rows.length < limit;
    const last = old.at(-1);
    const isDone = runIds.length < limit && isEnd;
    const events = await deleteAll(connection, ns, { runIds, eventIds: [...named, ...old.map(({ id }) => id)] });
    await connection.send([...(isDone ? [oldJobs(ns, before)] : []), { text: "COMMIT", values: [] }]);
    const next = isEnd || last === undefined ? (cursor ?? "0 ") : `${last.at} ${last.id}`;
    return { runs: runIds.length, events, cursor: isDone ? null : next };
  });
}

/** Oldest first. A run is queued before it ends, so its id bounds the search. */
function oldRuns(ns: string, { before, limit }: SweepRequest): Statement {
  return {
    text: `SELECT id, event_ids FROM stepwell.runs WHERE ns = $1 AND status = ANY($2::text[]) AND id < $3 AND ended_at < $4
      ORDER BY id LIMIT $5 FOR UPDATE SKIP LOCKED`,
    values: [ns, endedStatuses, lowestUlid(before), before, limit],
  };
}

function nextEvents(ns: string, { limit, cursor }: SweepRequest): Statement {
  const [at = "0", id = ""] = (cursor ?? "0 ").split(" ");
  return {
    text: `SELECT internal_id AS id, received_at AS at FROM stepwell.events
      WHERE ns = $1 AND (received_at, internal_id) > ($2::bigint, $3) ORDER BY received_at, internal_id LIMIT $4`,
    values: [ns, at, id, limit],
  };
}

function oldJobs(ns: string, before: number): Statement {
  return {
    text: "DELETE FROM stepwell.bulk_jobs WHERE ns = $1 AND id < $2 AND ended_at < $3",
    values: [ns, lowestUlid(before), before],
  };
}

/** Returns how many events went: those that no run names, and that no debounce or batch holds. */
async function deleteAll(
  connection: Connection,
  ns: string,
  { runIds, eventIds }: { runIds: string[]; eventIds: string[] },
): Promise<number> {
  if (runIds.length === 0 && eventIds.length === 0) return 0;
  const ofRuns = "t.run_id = ANY($2::text[])";
  const isFree = `t.internal_id = ANY($2::text[])
    AND NOT EXISTS (SELECT 1 FROM stepwell.run_events AS e WHERE e.ns = $1 AND e.event_id = t.internal_id)
    AND NOT EXISTS (SELECT 1 FROM stepwell.debounces AS d WHERE d.ns = $1 AND d.event_id = t.internal_id)
    AND NOT EXISTS (SELECT 1 FROM stepwell.batch_events AS b WHERE b.ns = $1 AND b.event_id = t.internal_id)`;
  const [runs, steps, attempts, metadata, logs, , , events] = await connection.send([
    { text: deleteCounted("runs", "t.id = ANY($2::text[])"), values: [ns, runIds] },
    { text: deleteCounted("steps", ofRuns), values: [ns, runIds] },
    { text: deleteCounted("attempts", ofRuns), values: [ns, runIds] },
    { text: deleteCounted("run_metadata", ofRuns), values: [ns, runIds] },
    { text: deleteCounted("run_logs", ofRuns), values: [ns, runIds] },
    { text: "DELETE FROM stepwell.dead_letters WHERE ns = $1 AND run_id = ANY($2::text[])", values: [ns, runIds] },
    {
      text: "DELETE FROM stepwell.run_events WHERE ns = $1 AND event_id = ANY($2::text[]) AND run_id = ANY($3::text[])",
      values: [ns, eventIds, runIds],
    },
    { text: deleteCounted("events", isFree), values: [ns, eventIds] },
    {
      text: `DELETE FROM stepwell.refusals AS t WHERE t.ns = $1 AND t.event_id = ANY($2::text[])
        AND NOT EXISTS (SELECT 1 FROM stepwell.events AS e WHERE e.ns = $1 AND e.internal_id = t.event_id)`,
      values: [ns, eventIds],
    },
  ]);
  const bytes = [runs, steps, attempts, metadata, logs, events].reduce(
    (sum, result) => sum + toDeleted(result).bytes,
    0,
  );
  await connection.send([countBytes(ns, -bytes)]);
  return toDeleted(events).count;
}

function countBytes(ns: string, bytes: number): Statement {
  return {
    text: `INSERT INTO stepwell.commits AS c (ns, id, number, bytes, seen_at) VALUES ($1, $2, 0, $3, 0)
      ON CONFLICT (ns, id) DO UPDATE SET bytes = c.bytes + excluded.bytes`,
    values: [ns, countedAs, bytes],
  };
}
