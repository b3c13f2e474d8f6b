/**
 * The tables of a namespace as archives hold them: read from the database's own schema, so that a table that a migration adds is
 * moved too. What is named here is what differs. Called by dump.ts and restore.ts.
 */
import { waitCounters } from "../../../ports/store-admin.ts";
import type { ArchivedColumn } from "../../records/archived.ts";
import type { Connection } from "../wire/driver.ts";

/** Tables of engines that work together, or whose rows follow from others; people sign in anew. */
const notArchived: readonly string[] = [
  "schema_version",
  "control",
  "locks",
  "commits",
  "nodes",
  "roles",
  "slots",
  "rollup_writers",
  "access_sessions",
];

/** Columns that only number rows in their order, which archives keep, and leases. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  attempts: ["number"],
  run_metadata: ["number"],
  waits: ["written"],
  queue: ["leased_until"],
};

/** Where the primary key does not put rows in the order in which they came. */
const orders: Readonly<Record<string, readonly string[]>> = {
  run_metadata: ["run_id", "number"],
  waits: ["run_id", "written"],
};

export interface PostgresColumn extends ArchivedColumn {
  /** As Postgres names it. */
  type: string;
}

export interface PostgresTable {
  name: string;
  columns: readonly PostgresColumn[];
  /** Columns by which rows are put in order and told apart, and their types. */
  key: readonly { name: string; type: string }[];
}

const columnsSql = `SELECT c.table_name, c.column_name, c.data_type, c.is_nullable = 'NO' AS filled,
    c.column_default IS NULL AND c.is_identity = 'NO' AS bare
  FROM information_schema.columns AS c WHERE c.table_schema = 'stepwell' ORDER BY c.table_name, c.ordinal_position`;

const keysSql = `SELECT k.table_name, k.column_name FROM information_schema.table_constraints AS t
  JOIN information_schema.key_column_usage AS k ON k.constraint_schema = t.constraint_schema
    AND k.constraint_name = t.constraint_name AND k.table_name = t.table_name
  WHERE t.table_schema = 'stepwell' AND t.constraint_type = 'PRIMARY KEY' ORDER BY k.table_name, k.ordinal_position`;

export async function listArchivedTables(connection: Connection): Promise<PostgresTable[]> {
  const [columns, keys] = await connection.send([
    { text: columnsSql, values: [] },
    { text: keysSql, values: [] },
  ]);
  const found = columns?.rows ?? [];
  const names = [...new Set(found.map((row) => String(row["table_name"])))].filter(
    (name) => !notArchived.includes(name),
  );
  return names.map((name) => {
    const own = found.filter((row) => row["table_name"] === name);
    const typeOf = (column: string): string =>
      String(own.find((row) => row["column_name"] === column)?.["data_type"] ?? "text");
    const primary = (keys?.rows ?? [])
      .filter((row) => row["table_name"] === name)
      .map((row) => String(row["column_name"]));
    const order = orders[name] ?? primary.filter((column) => column !== "ns");
    return {
      name,
      columns: own
        .map((row) => ({
          name: String(row["column_name"]),
          type: String(row["data_type"]),
          nullable: row["filled"] === false,
          hasDefault: row["bare"] === false,
        }))
        .filter((column) => column.name !== "ns" && leftOut[name]?.includes(column.name) !== true),
      key: order.map((column) => ({ name: column, type: typeOf(column) })),
    };
  });
}

/** As archives have them, the counters of waits too. */
export function toArchivedTables(tables: readonly PostgresTable[]): Map<string, readonly ArchivedColumn[]> {
  const counters = waitCounters.columns.map((name) => ({ name, nullable: false, hasDefault: false }));
  return new Map([
    ...tables.map(({ name, columns }): [string, readonly ArchivedColumn[]] => [name, columns]),
    [waitCounters.table, counters],
  ]);
}
