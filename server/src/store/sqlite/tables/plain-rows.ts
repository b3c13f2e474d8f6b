/** Tables that are written beside the commits: how their rows are put, found and taken out, for open-store.ts. */
import type { Store } from "../../../ports/store.ts";
import { accessMethodsOver } from "../../records/access-methods.ts";
import { alertMethodsOver } from "../../records/alert-methods.ts";
import { type PlainQuery, type PlainRows, type PlainTable, selectList, toColumns } from "../../records/plain-rows.ts";
import { webhookMethodsOver } from "../../records/webhook-methods.ts";
import type { Database } from "../database.ts";

/** Parts of the store that no transition writes. */
type PlainMethods = Pick<Store, "access" | "alerts" | "webhooks">;
type Run = <T>(work: () => T) => Promise<T>;

/** `read` runs at once, `write` in the next group's transaction. */
function plainRows(database: Database, read: Run, write: Run): PlainRows {
  return {
    insert(table, row) {
      const { names, values } = toColumns(table, row);
      const marks = names.map(() => "?").join(", ");
      const sql = `INSERT INTO ${table.name} (${names.join(", ")}) VALUES (${marks}) ON CONFLICT DO NOTHING`;
      return write(() => database.run(sql, ...values) > 0);
    },
    change(table, key, fields, only) {
      const { names, values } = toColumns(table, fields);
      const set = names.map((name) => `${name} = ?`).join(", ");
      const more = only === undefined ? "" : ` AND ${only.where}`;
      const sql = `UPDATE ${table.name} SET ${set} WHERE ${table.key} = ?${more}`;
      return write(() => database.run(sql, ...values, key, ...(only?.values ?? [])) > 0);
    },
    remove: (table, where, ...values) =>
      write(() => database.run(`DELETE FROM ${table.name} WHERE ${where}`, ...values)),
    select<Row extends object>(table: PlainTable<Row>, { where, values = [], order, limit }: PlainQuery) {
      const parts = [`SELECT ${selectList(table)} FROM ${table.name}`];
      if (where !== undefined) parts.push(`WHERE ${where}`);
      if (order !== undefined) parts.push(`ORDER BY ${order}`);
      if (limit !== undefined) parts.push("LIMIT ?");
      return read(() => database.all<Row>(parts.join(" "), ...values, ...(limit === undefined ? [] : [limit])));
    },
  };
}

export function plainMethods(database: Database, read: Run, write: Run): PlainMethods {
  const rows = plainRows(database, read, write);
  return { access: accessMethodsOver(rows), alerts: alertMethodsOver(rows), webhooks: webhookMethodsOver(rows) };
}
