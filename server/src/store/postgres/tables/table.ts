/**
 * Tables as data: which field of a record stands in which column, and the statements that write many records at once. Records
 * travel as one JSON text a statement, so that their number does not change the statement. For the files beside it and writer.ts.
 */
import type { Statement } from "../wire/batch.ts";

export type SqlType = "text" | "bigint" | "integer" | "boolean" | "double precision";

type Json = string | number | boolean | null;

export interface Column<Value> {
  name: string;
  type: SqlType;
  /** How the value is written. Default: as it is. */
  encode?(value: Value): Json;
}

/** A column for each field; the fields of `Key` tell rows apart. */
export interface Table<Row extends object> {
  name: string;
  key: readonly (keyof Row & string)[];
  columns: { readonly [Field in keyof Row & string]-?: Column<Row[Field]> };
}

const schema = "stepwell";

function tableName(name: string): string {
  return `${schema}.${name}`;
}

const quoted = (name: string): string => `"${name}"`;

/** As JSON escapes them: the zero byte, and halves of characters, which no text of Postgres holds. */
const unstorable = /(?<!\\)((?:\\\\)*)\\u(0000|d[89a-f][0-9a-f]{2})/g;

/** What Postgres cannot store in a text is replaced; see batch.ts for texts that travel by themselves. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes("\\u0000") && !text.includes("\\ud")) return text;
  return text.replaceAll(
    unstorable,
    (_, before: string, code: string) => `${before}${code === "0000" ? "\u2400" : "\ufffd"}`,
  );
}

function columnsOf<Row extends object>(table: Table<Row>, fields: readonly string[]): Column<unknown>[] {
  const columns: Readonly<Record<string, Column<never>>> = table.columns;
  return fields.map((field) => {
    const column = columns[field];
    if (column === undefined) throw new Error(`The table ${table.name} has no column for ${field}.`);
    return column as Column<unknown>;
  });
}

function encodeAll(rows: readonly object[], fields: readonly string[], columns: readonly Column<unknown>[]): string {
  const encoded = rows.map((row) => {
    const values: Readonly<Record<string, unknown>> = { ...row };
    return Object.fromEntries(
      columns.map((column, index) => {
        const value = values[fields[index] ?? ""] ?? null;
        return [column.name, column.encode === undefined ? value : column.encode(value)];
      }),
    );
  });
  return toJson(encoded);
}

/** The records of `$2` as rows of `alias`. */
export function recordset(columns: readonly { name: string; type: SqlType }[], alias = "r"): string {
  const list = columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(", ");
  return `json_to_recordset($2::json) AS ${alias}(${list})`;
}

/** No row has their keys, or the statement fails. Null for no rows. */
export function insertRows<Row extends object>(
  table: Table<Row>,
  ns: string,
  rows: readonly NoInfer<Row>[],
): Statement | null {
  if (rows.length === 0) return null;
  const fields = Object.keys(table.columns);
  const columns = columnsOf(table, fields);
  const names = columns.map(({ name }) => quoted(name));
  return {
    text: `INSERT INTO ${tableName(table.name)} (ns, ${names.join(", ")}) SELECT $1, ${names
      .map((name) => `r.${name}`)
      .join(", ")} FROM ${recordset(columns)}`,
    values: [ns, encodeAll(rows, fields, columns)],
  };
}

/** In place of those with their keys, or new. Null for no rows. */
export function putRows<Row extends object>(
  table: Table<Row>,
  ns: string,
  rows: readonly NoInfer<Row>[],
): Statement | null {
  const insert = insertRows(table, ns, rows);
  if (insert === null) return null;
  const keys = columnsOf(table, table.key).map(({ name }) => quoted(name));
  const rest = Object.keys(table.columns).filter((field) => !(table.key as readonly string[]).includes(field));
  const changes = columnsOf(table, rest).map(({ name }) => `${quoted(name)} = excluded.${quoted(name)}`);
  const action = changes.length === 0 ? "DO NOTHING" : `DO UPDATE SET ${changes.join(", ")}`;
  return { ...insert, text: `${insert.text} ON CONFLICT (ns, ${keys.join(", ")}) ${action}` };
}

/** By their keys. Null for none. */
export function deleteRows<Row extends object>(
  table: Table<Row>,
  ns: string,
  keys: readonly Partial<NoInfer<Row>>[],
): Statement | null {
  if (keys.length === 0) return null;
  const columns = columnsOf(table, table.key);
  const match = columns.map(({ name }) => `t.${quoted(name)} = r.${quoted(name)}`);
  return {
    text: `DELETE FROM ${tableName(table.name)} AS t USING ${recordset(columns)} WHERE t.ns = $1 AND ${match.join(" AND ")}`,
    values: [ns, encodeAll(keys, table.key, columns)],
  };
}

/** Rows that are there; each may change other columns. A statement for each set of columns. */
export function updateRows<Row extends object>(
  table: Table<Row>,
  ns: string,
  changes: readonly { key: Partial<NoInfer<Row>>; fields: Partial<NoInfer<Row>> }[],
): Statement[] {
  const groups = new Map<string, { fields: string[]; rows: object[] }>();
  for (const { key, fields } of changes) {
    const names = Object.keys(fields).sort();
    const group = groups.get(names.join()) ?? { fields: names, rows: [] };
    group.rows.push({ ...key, ...fields });
    groups.set(names.join(), group);
  }
  return [...groups.values()].map(({ fields, rows }) => {
    const keys = columnsOf(table, table.key);
    const changed = columnsOf(table, fields);
    const set = changed.map(({ name }) => `${quoted(name)} = r.${quoted(name)}`);
    const match = keys.map(({ name }) => `t.${quoted(name)} = r.${quoted(name)}`);
    return {
      text: `UPDATE ${tableName(table.name)} AS t SET ${set.join(", ")} FROM ${recordset([...keys, ...changed])} WHERE t.ns = $1 AND ${match.join(" AND ")}`,
      values: [ns, encodeAll(rows, [...table.key, ...fields], [...keys, ...changed])],
    };
  });
}
