/** Keys, users, sessions and the audit log: how their rows are put, found and taken out, for open-store.ts. */
import type { AccessStore } from "../../../ports/access-store.ts";
import { type AccessTable, selectList, toColumns } from "../../records/access.ts";
import { type AccessQuery, accessMethodsOver } from "../../records/access-methods.ts";
import type { Database } from "../database.ts";

type Run = <T>(work: () => T) => Promise<T>;

/** `read` runs at once, `write` in the next group's transaction. */
export function accessMethods(database: Database, read: Run, write: Run): AccessStore {
  return accessMethodsOver({
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
  });
}
