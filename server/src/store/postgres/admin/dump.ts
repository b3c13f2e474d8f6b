/**
 * Reads all that a namespace holds, page by page, in one snapshot: engines may go on meanwhile. Called by open-admin.ts. Must never
 * write.
 */
import { type ArchivePage, type ArchiveValue, waitCounters } from "../../../ports/store-admin.ts";
import { PageSize, sizeOfRows } from "../../records/archived.ts";
import type { SqlValue, Statement } from "../wire/batch.ts";
import type { Connection } from "../wire/driver.ts";
import { listArchivedTables, type PostgresTable } from "./archived-tables.ts";

/** What is read in place of a column. A lease is not kept: its item is as it was when it last became due. */
const readAs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  queue: { ready: "(ready AND leased_until IS NULL)" },
};

const quoted = (name: string): string => `"${name}"`;
const only = (text: string): Statement => ({ text, values: [] });

export async function* dumpTables(connection: Connection, ns: string): AsyncGenerator<ArchivePage> {
  await connection.send([only("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")]);
  const tables = await listArchivedTables(connection);
  const counters: PostgresTable = {
    name: "locks",
    columns: [
      { name: "key", type: "text", nullable: false, hasDefault: false },
      { name: "last_number", type: "bigint", nullable: false, hasDefault: false },
    ],
    key: [{ name: "key", type: "text" }],
  };
  for await (const { rows } of dumpTable(connection, ns, counters, "AND last_number > 0"))
    yield { ...waitCounters, rows };
  for (const table of tables) yield* dumpTable(connection, ns, table, "");
  await connection.send([only("COMMIT")]);
}

async function* dumpTable(
  connection: Connection,
  ns: string,
  { name, columns, key }: PostgresTable,
  condition: string,
): AsyncGenerator<ArchivePage> {
  const size = new PageSize();
  const values = columns.map((column, index) => `${readAs[name]?.[column.name] ?? quoted(column.name)} AS c${index}`);
  const keys = key.map((column) => quoted(column.name));
  const read = [...values, ...keys.map((column, index) => `${column} AS k${index}`)].join(", ");
  const after = `AND (${keys.join(", ")}) > (${key.map(({ type }, index) => `$${index + 2}::${type}`).join(", ")})`;
  let last: SqlValue[] | null = null;
  for (;;) {
    const limit = size.rows;
    const [result] = await connection.send([
      {
        text: `SELECT ${read} FROM stepwell.${quoted(name)} WHERE ns = $1 ${condition} ${last === null ? "" : after}
          ORDER BY ${["ns", ...keys].join(", ")} LIMIT ${limit}`,
        values: [ns, ...(last ?? [])],
      },
    ]);
    const found = result?.rows ?? [];
    const end = found.at(-1);
    if (end === undefined) return;
    last = keys.map((_, index) => end[`k${index}`] ?? null);
    const rows = found.map((row) => columns.map((_, index) => toArchived(row[`c${index}`] ?? null)));
    yield { table: name, columns: columns.map((column) => column.name), rows };
    size.adapt(rows.length, sizeOfRows(rows));
    if (rows.length < limit) return;
  }
}

function toArchived(value: string | number | boolean | null): ArchiveValue {
  return typeof value === "boolean" ? Number(value) : value;
}
