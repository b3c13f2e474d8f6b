/** How much a namespace holds and how much room it takes. Called by operation-methods.ts. */
import type { StorageUse } from "../../ports/store.ts";

import type { Database } from "./database.ts";

/** Bytes of the records of this namespace: what commits brought, less what retention took. */
export async function getUsedBytes(database: Database): Promise<number> {
  const row = await database.get<{ bytes: number }>(
    "SELECT coalesce(sum(bytes), 0)::double precision AS bytes FROM stepwell.commits WHERE ns = $1",
  );
  return Math.max(row?.bytes ?? 0, 0);
}

const counts = `SELECT (SELECT count(*) FROM stepwell.runs WHERE ns = $1) AS runs,
  (SELECT count(*) FROM stepwell.runs WHERE ns = $1 AND status IN ('Queued', 'Running')) AS "openRuns",
  (SELECT count(*) FROM stepwell.events WHERE ns = $1) AS events,
  (SELECT count(*) FROM stepwell.steps WHERE ns = $1) AS steps,
  (SELECT count(*) FROM stepwell.run_logs WHERE ns = $1) AS "logLines",
  (SELECT count(*) FROM stepwell.queue WHERE ns = $1) AS "queueItems",
  (SELECT count(*) FROM stepwell.dead_letters WHERE ns = $1) AS "deadLetters",
  (SELECT queued_at FROM stepwell.runs WHERE ns = $1 ORDER BY id LIMIT 1) AS "oldestRunAt",
  (SELECT min(received_at) FROM stepwell.events WHERE ns = $1) AS "oldestEventAt"`;

/** Of all tables and their indexes, whoever's rows they hold. Null where the server does not say. */
async function getDiskBytes(database: Database): Promise<number | null> {
  try {
    const row = await database.get<{ bytes: number }>(
      `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::double precision AS bytes
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'stepwell' AND c.relkind IN ('r', 'p') AND $1::text IS NOT NULL`,
    );
    return row?.bytes ?? null;
  } catch {
    return null;
  }
}

export async function getStorage(database: Database): Promise<StorageUse> {
  const [usedBytes, diskBytes, found] = await Promise.all([
    getUsedBytes(database),
    getDiskBytes(database),
    database.get<Omit<StorageUse, "usedBytes" | "diskBytes">>(counts),
  ]);
  const none = { runs: 0, openRuns: 0, events: 0, steps: 0, logLines: 0, queueItems: 0, deadLetters: 0 };
  const empty = { ...none, oldestRunAt: null, oldestEventAt: null };
  return { usedBytes, diskBytes: Math.max(diskBytes ?? usedBytes, usedBytes), ...(found ?? empty) };
}
