/**
 * What follows from rows that came out of an archive: slots, lanes, counters, how much room they take. Called by restore.ts, at the
 * end of its transaction.
 */
import { isEnded, runStatuses } from "../../../domain/run/run.ts";
import { nameLock, signalLock } from "../commit/loads/wait-locks.ts";
import type { Statement } from "../wire/batch.ts";

const now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
/** What the keys of their counters begin with. */
const names = nameLock("", "share").key;
const signals = signalLock("").key;
const endedStatuses = runStatuses.filter(isEnded);

/** An archive of a store that numbers all waits by one counter: each name that is waited for, or compared, begins there. */
export function countersOfNames(ns: string, last: number): Statement {
  return {
    text: `INSERT INTO stepwell.locks AS t (ns, key, last_number, seen_at)
      SELECT $1, k.key, $2::bigint, ${now} FROM (
        SELECT CASE w.kind WHEN 'signal' THEN '${signals}' ELSE '${names}' END || w.name AS key FROM stepwell.waits AS w
          WHERE w.ns = $1 AND w.kind IN ('event', 'cancel', 'signal')
        UNION
        SELECT '${names}' || e.name FROM stepwell.queue AS q JOIN stepwell.events AS e
          ON e.ns = $1 AND e.internal_id = (q.payload::json ->> 'eventId') WHERE q.ns = $1 AND q.kind = 'match'
      ) AS k ON CONFLICT (ns, key) DO UPDATE SET last_number = greatest(t.last_number, excluded.last_number)`,
    values: [ns, last],
  };
}

/** `counted`: tables whose records take room, and the bytes of a row `t`. */
export function afterwards(ns: string, counted: readonly { table: string; bytes: string }[]): Statement[] {
  const sums = counted.map(
    ({ table, bytes }) => `(SELECT coalesce(sum(${bytes}), 0) FROM stepwell.${table} AS t WHERE t.ns = $1)`,
  );
  return [
    {
      text: `DELETE FROM stepwell.run_slots AS s WHERE s.ns = $1 AND NOT EXISTS (
        SELECT 1 FROM stepwell.runs AS r WHERE r.ns = $1 AND r.id = s.run_id AND r.status <> ALL ($2::text[]))`,
      values: [ns, endedStatuses],
    },
    { text: "DELETE FROM stepwell.slots WHERE ns = $1", values: [ns] },
    {
      text: `INSERT INTO stepwell.slots (ns, key, used)
        SELECT $1, s.key, count(*) FROM stepwell.run_slots AS s WHERE s.ns = $1 GROUP BY s.key`,
      values: [ns],
    },
    {
      text: `DELETE FROM stepwell.lanes AS l WHERE l.ns = $1 AND l.id <> l.function_id AND NOT EXISTS (
        SELECT 1 FROM stepwell.queue AS q WHERE q.ns = $1 AND q.lane_id = l.id)`,
      values: [ns],
    },
    {
      text: `UPDATE stepwell.lanes SET state = 'in-line', blocked_on = NULL, not_before = NULL
        WHERE ns = $1 AND state <> 'paused'`,
      values: [ns],
    },
    {
      text: `INSERT INTO stepwell.commits AS c (ns, id, number, bytes, seen_at) SELECT $1, 'closed', 0, ${sums.join(" + ")}, 0
        ON CONFLICT (ns, id) DO UPDATE SET bytes = c.bytes + excluded.bytes`,
      values: [ns],
    },
    // An engine that looked before knows that it must look again.
    {
      text: `UPDATE stepwell.control SET registry_version = registry_version + 1, pauses_version = pauses_version + 1
        WHERE ns = $1`,
      values: [ns],
    },
  ];
}
