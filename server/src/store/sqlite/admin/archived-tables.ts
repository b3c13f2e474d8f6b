/**
 * The tables of a SQLite database as archives hold them: read from its schema, so that a table that a migration adds is moved too.
 * What is named here is what differs. Called by dump.ts and restore.ts.
 */
import { waitCounters } from "../../../ports/store-admin.ts";
import type { ArchivedColumn } from "../../records/archived.ts";
import type { Database } from "../database.ts";

/** Tables whose rows follow from others, or say nothing once the engine is gone; people sign in anew. */
const notArchived: readonly string[] = ["slots", "rollup_writers", "access_sessions"];

/** Columns that only number rows in their order, which archives keep, and leases. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  attempts: ["number"],
  run_metadata: ["number"],
  queue: ["leased_until"],
};

/** Columns that have another name in archives. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = { events: { user: "user_data" } };

export interface SqliteColumn extends ArchivedColumn {
  /** In the database. */
  column: string;
}

export interface SqliteTable {
  name: string;
  columns: readonly SqliteColumn[];
  /** Columns by which rows are put in order and told apart. */
  key: readonly string[];
}

interface ColumnInfo {
  name: string;
  notnull: number;
  dflt_value: string | null;
  pk: number;
}

export function listArchivedTables(database: Database): SqliteTable[] {
  const names = database
    .all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
    )
    .map(({ name }) => name)
    .filter((name) => !notArchived.includes(name))
    .sort();
  return names.map((name) => {
    const infos = database.all<ColumnInfo>(`SELECT name, "notnull", dflt_value, pk FROM pragma_table_info(?)`, name);
    const columns = infos
      .filter((info) => leftOut[name]?.includes(info.name) !== true)
      .map((info) => ({
        column: info.name,
        name: renamed[name]?.[info.name] ?? info.name,
        nullable: info.notnull === 0 && info.pk === 0,
        hasDefault: info.dflt_value !== null,
      }));
    const key = infos.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    return { name, columns, key: key.map((info) => info.name) };
  });
}

/** As archives have them, the counters of waits too. */
export function toArchivedTables(tables: readonly SqliteTable[]): Map<string, readonly ArchivedColumn[]> {
  const counters = waitCounters.columns.map((name) => ({ name, nullable: false, hasDefault: false }));
  return new Map([
    ...tables.map(({ name, columns }): [string, readonly ArchivedColumn[]] => [name, columns]),
    [waitCounters.table, counters],
  ]);
}
