/**
 * Updates of single rows that set only the columns that have changed: one kept statement for each set of columns.
 * Made by the files of the tables, run by writer.ts.
 */
import type { Database } from "../database.ts";
import type { SqlValue } from "../file/driver.ts";

/** How a field of a row is stored. */
export interface Column<Value> {
  name: string;
  write(value: Value): SqlValue;
}

export type Columns<Fields> = { readonly [Field in keyof Fields]-?: Column<Fields[Field]> };

/** Stored as it is. */
export function plain(name: string): Column<SqlValue> {
  return { name, write: (value) => value };
}

export function flag(name: string): Column<boolean> {
  return { name, write: (value) => (value ? 1 : 0) };
}

export function json(name: string): Column<unknown> {
  return { name, write: (value) => (value === null ? null : JSON.stringify(value)) };
}

/** Sets fields of the row with these values in the columns of `key`. */
export type RowUpdate<Fields> = (database: Database, fields: Partial<Fields>, ...key: readonly SqlValue[]) => void;

export function createUpdate<Fields extends object>(
  table: string,
  key: readonly string[],
  columns: Columns<Fields>,
): RowUpdate<Fields> {
  const statements = new Map<string, string>();
  const where = key.map((name) => `${name} = ?`).join(" AND ");
  return (database, fields, ...keyValues) => {
    const names = Object.keys(fields) as (keyof Fields)[];
    const set = names.join();
    let sql = statements.get(set);
    if (sql === undefined) {
      sql = `UPDATE ${table} SET ${names.map((name) => `${columns[name].name} = ?`).join(", ")} WHERE ${where}`;
      statements.set(set, sql);
    }
    const values = names.map((name) => columns[name].write(fields[name] as Fields[keyof Fields]));
    database.run(sql, ...values, ...keyValues);
  };
}
