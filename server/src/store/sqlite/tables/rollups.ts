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
import type { Database } from "../database.ts";

/** In a transaction. A batch that is there already is left out. */
export function addRollups(database: Database, { writer, sequence, rows, now }: RollupBatch): void {
  const isNew = database.run(
    `INSERT INTO rollup_writers (writer, sequence, seen_at) VALUES (?, ?, ?)
      ON CONFLICT (writer) DO UPDATE SET sequence = excluded.sequence, seen_at = excluded.seen_at
      WHERE sequence < excluded.sequence`,
    writer,
    sequence,
    now,
  );
  if (isNew === 0) return;
  for (const { unit, at, kind, id, figures } of rows) {
    const key = [unit, at, kind, id] as const;
    const stored = database.get<{ figures: string }>(
      "SELECT figures FROM rollups WHERE unit = ? AND at = ? AND kind = ? AND id = ?",
      ...key,
    );
    database.run(
      "INSERT OR REPLACE INTO rollups (unit, at, kind, id, figures) VALUES (?, ?, ?, ?, ?)",
      ...key,
      addedFigures(stored?.figures ?? null, figures),
    );
  }
}

export function listRollups(database: Database, { unit, from, until, kind, ids }: RollupFilter): RollupRecord[] {
  const ofIds = ids === undefined ? "" : "AND id IN (SELECT value FROM json_each(?))";
  return database
    .all<RollupRow>(
      `SELECT unit, at, kind, id, figures FROM rollups WHERE unit = ? AND at >= ? AND at < ? AND kind = ? ${ofIds}
        ORDER BY at, id`,
      unit,
      from,
      until,
      kind,
      ...(ids === undefined ? [] : [JSON.stringify(ids)]),
    )
    .map(toRollup);
}

/** In a transaction. */
export function sweepRollups(database: Database, before: Readonly<Record<BucketUnit, number>>): number {
  database.run("DELETE FROM rollup_writers WHERE seen_at < ?", before.minute);
  return bucketUnits.reduce(
    (gone, unit) => gone + database.run("DELETE FROM rollups WHERE unit = ? AND at < ?", unit, before[unit]),
    0,
  );
}

/** Of functions that have open runs or dead letters, by id. */
export function listBacklog(database: Database): Backlog[] {
  return database.all<Backlog>(
    `WITH open AS (SELECT function_id, sum(status = 'Queued') AS queued, sum(status = 'Running') AS running,
        min(CASE status WHEN 'Queued' THEN queued_at END) AS oldest
        FROM runs WHERE status IN ('Queued', 'Running') GROUP BY function_id),
      letters AS (SELECT function_id, count(*) AS count FROM dead_letters GROUP BY function_id),
      ids AS (SELECT function_id FROM open UNION SELECT function_id FROM letters)
      SELECT ids.function_id AS functionId, coalesce(open.queued, 0) AS queued, coalesce(open.running, 0) AS running,
        open.oldest AS oldestQueuedAt, coalesce(letters.count, 0) AS deadLetters
        FROM ids LEFT JOIN open USING (function_id) LEFT JOIN letters USING (function_id) ORDER BY ids.function_id`,
  );
}
