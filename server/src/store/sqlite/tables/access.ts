/** Keys, users, sessions, the audit log and webhooks: how their rows are put, found and taken out, for open-store.ts. */
import type { Store } from "../../../ports/store.ts";
import { type AccessTable, selectList, toColumns } from "../../records/access.ts";
import { type AccessQuery, type AccessRows, accessMethodsOver } from "../../records/access-methods.ts";
import { webhookMethodsOver } from "../../records/webhook-methods.ts";
import type { Database } from "../database.ts";

type Run = <T>(work: () => T) => Promise<T>;

/** Rows that no transition writes. `read` runs at once, `write` in the next group's transaction. */
function accessRows(database: Database, read: Run, write: Run): AccessRows {
  return {
    insert(table, row) {
      const { names, values } = toColumns(table, row);
      const marks = names.map(() => "?").join(", ");
      const sql = `INSERT INTO ${table.name} (${names.join(", ")}) VALUES (${marks}) ON CONFLICT (${table.key}) DO NOTHING`;
      return write(() => database.run(sql, ...values) > 0);
    },
    change(table, key, fields) {
      const { names, values } = toColumns(table, fields);
      const set = names.map((name) => `${name} = ?`).join(", ");
      const sql = `UPDATE ${table.name} SET ${set} WHERE ${table.key} = ?`;
      return write(() => database.run(sql, ...values, key) > 0);
    },
    remove: (table, where, ...values) =>
      write(() => database.run(`DELETE FROM ${table.name} WHERE ${where}`, ...values)),
    select<Row extends object>(table: AccessTable<Row>, { where, values = [], order, limit }: AccessQuery) {
      const parts = [`SELECT ${selectList(table)} FROM ${table.name}`];
      if (where !== undefined) parts.push(`WHERE ${where}`);
      if (order !== undefined) parts.push(`ORDER BY ${order}`);
      if (limit !== undefined) parts.push("LIMIT ?");
      return read(() => database.all<Row>(parts.join(" "), ...values, ...(limit === undefined ? [] : [limit])));
    },
  };
}

export function accessMethods(database: Database, read: Run, write: Run): Pick<Store, "access" | "webhooks"> {
  const rows = accessRows(database, read, write);
  return { access: accessMethodsOver(rows), webhooks: webhookMethodsOver(rows) };
}
