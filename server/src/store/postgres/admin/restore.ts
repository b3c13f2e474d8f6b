/**
 * Fills an empty namespace from an archive, in one transaction. Called by open-admin.ts. Must never leave a part of an archive
 * behind, and never write while an engine uses the namespace.
 */
import { EngineError } from "../../../domain/error.ts";
import { type ArchivePage, waitCounters } from "../../../ports/store-admin.ts";
import { assertEmpty, assertFits } from "../../records/archived.ts";
import { recordBytes } from "../commit/record-bytes.ts";
import { toJson } from "../tables/table.ts";
import type { SqlValue, Statement } from "../wire/batch.ts";
import type { Connection } from "../wire/driver.ts";
import { listArchivedTables, type PostgresTable, toArchivedTables } from "./archived-tables.ts";
import { afterwards, countersOfNames } from "./settle-restored.ts";

const quoted = (name: string): string => `"${name}"`;
const only = (text: string): Statement => ({ text, values: [] });

/** An engine that has been seen within so many milliseconds works. They show themselves every second. */
const seenWithinMs = 10_000;

/**
 * All commits wait for the row of `control`: no engine writes until this has ended.
 * @throws EngineError `store_not_empty`, `store_busy`, `archive_invalid`, and what `pages` throws: nothing was written then
 */
export async function restoreTables(
  connection: Connection,
  ns: string,
  place: string,
  pages: AsyncIterable<ArchivePage>,
): Promise<void> {
  await connection.send([
    only("BEGIN ISOLATION LEVEL READ COMMITTED"),
    only(
      "SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)",
    ),
    {
      text: `INSERT INTO stepwell.control (ns, registry_version, pauses_version) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING`,
      values: [ns],
    },
    { text: "SELECT ns FROM stepwell.control WHERE ns = $1 FOR UPDATE", values: [ns] },
  ]);
  await assertUnused(connection, ns, place);
  const tables = await listArchivedTables(connection);
  assertEmpty(place, await firstFilled(connection, ns, tables));
  const archived = toArchivedTables(tables);
  let ofAllNames = 0;
  for await (const page of pages) {
    assertFits(archived, page);
    if (page.table === waitCounters.table) {
      const [all] = page.rows.filter(([counter]) => counter === "*");
      ofAllNames = Math.max(ofAllNames, Number(all?.[1] ?? 0));
      await insertCounters(connection, ns, page);
    } else await insertPage(connection, ns, tables, page);
  }
  if (ofAllNames > 0) await connection.send([countersOfNames(ns, ofAllNames)]);
  const counted = Object.entries(recordBytes).map(([table, bytes]) => ({ table, bytes }));
  await connection.send([...afterwards(ns, counted), only("COMMIT")]);
}

async function assertUnused(connection: Connection, ns: string, place: string): Promise<void> {
  const [nodes] = await connection.send([
    {
      text: `SELECT id FROM stepwell.nodes WHERE ns = $1
        AND seen_at > (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $2::bigint LIMIT 1`,
      values: [ns, seenWithinMs],
    },
  ]);
  if (nodes?.rows.length === 0) return;
  throw new EngineError(
    "store_busy",
    `An engine works on ${place}. Nothing was imported. Stop all engines of this namespace, then try again after ${seenWithinMs / 1000} seconds.`,
  );
}

async function firstFilled(
  connection: Connection,
  ns: string,
  tables: readonly PostgresTable[],
): Promise<string | null> {
  const results = await connection.send(
    tables.map(({ name }) => ({
      text: `SELECT 1 AS one FROM stepwell.${quoted(name)} WHERE ns = $1 LIMIT 1`,
      values: [ns],
    })),
  );
  return tables[results.findIndex(({ rows }) => rows.length > 0)]?.name ?? null;
}

async function insertPage(
  connection: Connection,
  ns: string,
  tables: readonly PostgresTable[],
  { table, columns, rows }: ArchivePage,
): Promise<void> {
  const known = tables.find(({ name }) => name === table);
  const typeOf = (name: string): string => known?.columns.find((column) => column.name === name)?.type ?? "text";
  const names = columns.map(quoted).join(", ");
  const records = rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));
  await connection.send([
    {
      text: `INSERT INTO stepwell.${quoted(table)} (ns, ${names}) SELECT $1, ${columns.map((name) => `r.${quoted(name)}`).join(", ")}
        FROM json_to_recordset($2::json) AS r(${columns.map((name) => `${quoted(name)} ${typeOf(name)}`).join(", ")})`,
      values: [ns, toJson(records)],
    },
  ]);
}

async function insertCounters(connection: Connection, ns: string, { rows }: ArchivePage): Promise<void> {
  const own = rows
    .filter(([counter]) => counter !== "*")
    .map(
      ([key, last]): Record<string, SqlValue> => ({
        key: key ?? "",
        last: last ?? 0,
      }),
    );
  if (own.length === 0) return;
  await connection.send([
    {
      text: `INSERT INTO stepwell.locks AS t (ns, key, last_number, seen_at)
        SELECT $1, r.key, r.last, (extract(epoch FROM clock_timestamp()) * 1000)::bigint
          FROM json_to_recordset($2::json) AS r(key text, last bigint)
        ON CONFLICT (ns, key) DO UPDATE SET last_number = greatest(t.last_number, excluded.last_number)`,
      values: [ns, toJson(own)],
    },
  ]);
}
