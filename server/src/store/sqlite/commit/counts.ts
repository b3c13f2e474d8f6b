/**
 * How many rows the large tables have, counted when a store opens and kept from then on, so that asking costs the same however many
 * there are. The files of the tables tell what they write; what an undone transaction wrote goes with its memory (memory.ts).
 * Asked by stats.ts.
 */
import type { Database } from "../database.ts";
import { type Counts, memoryOf } from "./memory.ts";

const kept = new WeakMap<Database, Counts>();

/** Reads the tables, once. */
export function openCounts(database: Database): Counts {
  const counts = database.get<Counts>(
    `SELECT (SELECT count(*) FROM runs) AS runs,
      (SELECT count(*) FROM runs WHERE status IN ('Queued', 'Running')) AS openRuns,
      (SELECT count(*) FROM events) AS events,
      (SELECT count(*) FROM steps) AS steps,
      (SELECT count(*) FROM run_logs) AS logLines,
      (SELECT count(*) FROM queue) AS queueItems,
      (SELECT count(*) FROM dead_letters) AS deadLetters`,
  ) as Counts;
  kept.set(database, counts);
  return counts;
}

/** Rows that the transaction under way has added; fewer than none for those that it has deleted. */
export function countRows(database: Database, name: keyof Counts, rows: number): void {
  if (rows === 0) return;
  const { counted } = memoryOf(database);
  counted.set(name, (counted.get(name) ?? 0) + rows);
}

/** For after a transaction that is on disk. */
export function settleCounts(database: Database): void {
  const { counted } = memoryOf(database);
  if (counted.size === 0) return;
  const counts = kept.get(database);
  if (counts !== undefined) for (const [name, rows] of counted) counts[name] += rows;
  counted.clear();
}

export function readCounts(database: Database): Counts {
  return { ...(kept.get(database) ?? openCounts(database)) };
}
