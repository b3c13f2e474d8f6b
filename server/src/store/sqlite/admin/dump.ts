/** Reads all that a SQLite database holds, page by page. Called by open-admin.ts. Must never write. */
import { type ArchivePage, type ArchiveValue, waitCounters } from "../../../ports/store-admin.ts";
import { PageSize, sizeOfRows } from "../../records/archived.ts";
import type { Database } from "../database.ts";
import type { SqlValue } from "../file/driver.ts";
import { laneStateNames } from "../tables/lanes.ts";
import { listArchivedTables, type SqliteTable } from "./archived-tables.ts";

/** What is read in place of a column. A lease is not kept: its item is as it was when it last became due. */
const readAs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  queue: { ready: "CASE WHEN leased_until IS NULL THEN ready ELSE 0 END" },
  lanes: {
    state: `CASE state ${laneStateNames.map((name, number) => `WHEN ${number} THEN '${name}'`).join(" ")} END`,
  },
};

const quoted = (name: string): string => `"${name}"`;

/** The rows are those of one moment: nobody else can have the file open. */
export function* dumpTables(database: Database): Generator<ArchivePage> {
  yield counters(database);
  for (const table of listArchivedTables(database)) yield* dumpTable(database, table);
}

function* dumpTable(database: Database, { name, columns, key }: SqliteTable): Generator<ArchivePage> {
  const size = new PageSize();
  const values = columns.map(({ column }) => readAs[name]?.[column] ?? quoted(column));
  const keys = key.map(quoted);
  const read = [
    ...values.map((value, index) => `${value} AS c${index}`),
    ...keys.map((k, index) => `${k} AS k${index}`),
  ];
  const after = `WHERE (${keys.join(", ")}) > (${keys.map(() => "?").join(", ")})`;
  let last: SqlValue[] | null = null;
  for (;;) {
    const limit = size.rows;
    const found: Record<string, SqlValue>[] = database.all(
      `SELECT ${read.join(", ")} FROM ${quoted(name)} ${last === null ? "" : after} ORDER BY ${keys.join(", ")} LIMIT ${limit}`,
      ...(last ?? []),
    );
    const end = found.at(-1);
    if (end === undefined) return;
    last = keys.map((_, index) => end[`k${index}`] ?? null);
    const rows = found.map((row) => columns.map((_, index): ArchiveValue => row[`c${index}`] ?? null));
    yield { table: name, columns: columns.map((column) => column.name), rows };
    size.adapt(rows.length, sizeOfRows(rows));
    if (rows.length < limit) return;
  }
}

/** One counter numbers all waits. */
function counters(database: Database): ArchivePage {
  const last = database.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'waits'")?.seq ?? 0;
  return { ...waitCounters, rows: last === 0 ? [] : [["*", last]] };
}
