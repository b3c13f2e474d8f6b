/** Rollups: added to, listed and swept for open-store.ts. Must never be touched by the rules: what is counted decides nothing. */
import {
  type Backlog,
  type BucketUnit,
  bucketUnits,
  type RollupBatch,
  type RollupFilter,
  type RollupRecord,
} from "../../../domain/metrics/rollup.ts";
import { addedFigures, type RollupRow, toRollup } from "../../records/rollups.ts";
import { type Database, rowsOf, workAgain } from "../database.ts";
import type { Statement } from "../wire/batch.ts";
import type { Connections } from "../wire/connections.ts";
import { whereAll } from "./where.ts";

const statement = (text: string, values: Statement["values"] = []): Statement => ({ text, values });

const keyText = ({ unit, at, kind, id }: Pick<RollupRecord, "unit" | "at" | "kind" | "id">): string =>
  JSON.stringify([unit, Number(at), kind, id]);

const columns = "unit text, at bigint, kind text, id text";

/**
 * In one transaction of two trips: the rows are made if they are not there, then read under locks, in the order of their keys, so
 * that engines that count the same at the same time wait for each other and never in a circle. A batch that is there already is
 * left out: its writer may not know whether its last try was committed.
 */
export async function addRollups(database: Database, connections: Connections, batch: RollupBatch): Promise<void> {
  const { ns } = database;
  const { writer, sequence, rows, now } = batch;
  const keys = JSON.stringify(rows.map(({ unit, at, kind, id }) => ({ unit, at, kind, id })));
  await database.ready();
  await workAgain(connections, async (connection) => {
    const [, marked, , stored] = await connection.send([
      statement("BEGIN ISOLATION LEVEL READ COMMITTED"),
      statement(
        `INSERT INTO stepwell.rollup_writers AS w (ns, writer, sequence, seen_at) VALUES ($1, $2, $3, $4)
          ON CONFLICT (ns, writer) DO UPDATE SET sequence = excluded.sequence, seen_at = excluded.seen_at
          WHERE w.sequence < excluded.sequence`,
        [ns, writer, sequence, now],
      ),
      statement(
        `INSERT INTO stepwell.rollups (ns, unit, at, kind, id, figures)
          SELECT $1, k.unit, k.at, k.kind, k.id, '{}' FROM json_to_recordset($2::json) AS k(${columns})
          ORDER BY k.unit COLLATE "C", k.at, k.kind COLLATE "C", k.id COLLATE "C" ON CONFLICT DO NOTHING`,
        [ns, keys],
      ),
      statement(
        `SELECT t.unit, t.at, t.kind, t.id, t.figures FROM stepwell.rollups AS t
          JOIN json_to_recordset($2::json) AS k(${columns})
          ON t.unit = k.unit AND t.at = k.at AND t.kind = k.kind AND t.id = k.id
          WHERE t.ns = $1 ORDER BY t.unit, t.at, t.kind, t.id FOR UPDATE OF t`,
        [ns, keys],
      ),
    ]);
    if (marked?.count === 0) {
      await connection.send([statement("ROLLBACK")]);
      return;
    }
    const known = new Map(rowsOf<RollupRow>(stored).map((row) => [keyText(row), row.figures]));
    const sums = rows.map((row) => {
      const { unit, at, kind, id, figures } = row;
      return { unit, at, kind, id, figures: addedFigures(known.get(keyText(row)) ?? null, figures) };
    });
    await connection.send([
      statement(
        `UPDATE stepwell.rollups AS t SET figures = k.figures FROM json_to_recordset($2::json) AS k(${columns}, figures text)
          WHERE t.ns = $1 AND t.unit = k.unit AND t.at = k.at AND t.kind = k.kind AND t.id = k.id`,
        [ns, JSON.stringify(sums)],
      ),
      statement("COMMIT"),
    ]);
  });
}

export async function listRollups(
  database: Database,
  { unit, from, until, kind, ids }: RollupFilter,
): Promise<RollupRecord[]> {
  const { clause, values } = whereAll([
    ["unit = $", unit],
    ["at >= $::bigint", from],
    ["at < $::bigint", until],
    ["kind = $", kind],
    ["id = ANY($::text[])", ids],
  ]);
  const rows = await database.all<RollupRow>(
    `SELECT unit, at, kind, id, figures FROM stepwell.rollups ${clause} ORDER BY at, id`,
    ...values,
  );
  return rows.map(toRollup);
}

export async function sweepRollups(database: Database, before: Readonly<Record<BucketUnit, number>>): Promise<number> {
  await database.run("DELETE FROM stepwell.rollup_writers WHERE ns = $1 AND seen_at < $2", before.minute);
  let gone = 0;
  for (const unit of bucketUnits)
    gone += await database.run(
      "DELETE FROM stepwell.rollups WHERE ns = $1 AND unit = $2 AND at < $3",
      unit,
      before[unit],
    );
  return gone;
}

/** Of functions that have open runs or dead letters, by id. */
export async function listBacklog(database: Database): Promise<Backlog[]> {
  return database.all<Backlog>(
    `WITH open AS (SELECT function_id, count(*) FILTER (WHERE status = 'Queued') AS queued,
        count(*) FILTER (WHERE status = 'Running') AS running, min(queued_at) FILTER (WHERE status = 'Queued') AS oldest
        FROM stepwell.runs WHERE ns = $1 AND status IN ('Queued', 'Running') GROUP BY function_id),
      letters AS (SELECT function_id, count(*) AS count FROM stepwell.dead_letters WHERE ns = $1 GROUP BY function_id),
      ids AS (SELECT function_id FROM open UNION SELECT function_id FROM letters)
      SELECT ids.function_id AS "functionId", coalesce(open.queued, 0) AS queued, coalesce(open.running, 0) AS running,
        open.oldest AS "oldestQueuedAt", coalesce(letters.count, 0) AS "deadLetters"
        FROM ids LEFT JOIN open USING (function_id) LEFT JOIN letters USING (function_id) ORDER BY ids.function_id`,
  );
}
