/** Waits: their table for writer.ts, reads for open-store.ts. */
import type { WaitRecord } from "../../../domain/run/wait.ts";
import type { WaitLookup } from "../../../ports/store.ts";
import type { NewWait } from "../../../rules/changes.ts";
import { storedValue } from "../../../rules/set/wait-set.ts";
import { toWait, type WaitRow } from "../../records/waits.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";

export const waitTable: Table<NewWait> = {
  name: "waits",
  key: ["id"],
  columns: {
    id: { name: "id", type: "text" },
    number: { name: "number", type: "bigint" },
    kind: { name: "kind", type: "text" },
    runId: { name: "run_id", type: "text" },
    functionId: { name: "function_id", type: "text" },
    stepId: { name: "step_id", type: "text" },
    name: { name: "name", type: "text" },
    path: { name: "path", type: "text" },
    value: { name: "value", type: "text" },
    condition: { name: "condition", type: "text" },
    expiresAt: { name: "expires_at", type: "bigint" },
    createdAt: { name: "created_at", type: "bigint" },
  },
};

const selectWaits = `SELECT number, id, kind, run_id, function_id, step_id, name, path, value, condition, expires_at,
  created_at FROM stepwell.waits WHERE ns = $1`;
const isForEvents = "kind IN ('event', 'cancel')";

/** Fields by which waits for events of this name are looked up; "" for those that take every event of the name. */
export async function listWaitPaths(database: Database, eventName: string): Promise<string[]> {
  const rows = await database.all<{ path: string }>(
    `SELECT DISTINCT path FROM stepwell.waits WHERE ns = $1 AND ${isForEvents} AND name = $2 ORDER BY path`,
    eventName,
  );
  return rows.map(({ path }) => path);
}

/** Oldest first, from after `after` on. */
export async function findWaits(
  database: Database,
  lookup: WaitLookup,
): Promise<{ number: number; wait: WaitRecord }[]> {
  const rows = await database.all<WaitRow>(
    `${selectWaits} AND ${isForEvents} AND name = $2 AND path = $3 AND value = $4 AND number > $5 AND number <= $6
      ORDER BY number LIMIT $7`,
    lookup.name,
    lookup.path,
    storedValue(lookup.value),
    lookup.after,
    lookup.upTo,
    lookup.limit,
  );
  return rows.map((row) => ({ number: row.number, wait: toWait(row) }));
}

export async function getWait(database: Database, waitId: string): Promise<WaitRecord | null> {
  const row = await database.get<WaitRow>(`${selectWaits} AND id = $2`, waitId);
  return row === undefined ? null : toWait(row);
}

/** The one that a signal would end. */
export async function findSignalWait(database: Database, signal: string): Promise<WaitRecord | null> {
  const row = await database.get<WaitRow>(`${selectWaits} AND kind = 'signal' AND name = $2 LIMIT 1`, signal);
  return row === undefined ? null : toWait(row);
}

/** Those of a run, as they were written. */
export async function listWaits(database: Database, runId: string): Promise<WaitRecord[]> {
  return (await database.all<WaitRow>(`${selectWaits} AND run_id = $2 ORDER BY written`, runId)).map(toWait);
}
