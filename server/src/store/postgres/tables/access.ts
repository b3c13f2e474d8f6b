/** Keys, users, sessions, the audit log and webhooks: how their rows are put, found and taken out, for open-store.ts. */
import type { Store } from "../../../ports/store.ts";
import { type AccessTable, selectList, toColumns } from "../../records/access.ts";
import { type AccessQuery, type AccessRows, accessMethodsOver } from "../../records/access-methods.ts";
import { webhookMethodsOver } from "../../records/webhook-methods.ts";
import type { Database } from "../database.ts";

type Run = <T>(work: () => Promise<T>) => Promise<T>;

/** Values begin at `$2`. */
const mark = (index: number): string => `$${index + 2}`;

/** A `?` for each value becomes its number. */
function numbered(where: string): string {
  let index = 0;
  return where.replaceAll("?", () => mark(index++));
}

/** Rows that no transition writes. `run` turns errors into those of the engine. */
function accessRows(database: Database, run: Run): AccessRows {
  return {
    insert(table, row) {
      const { names, values } = toColumns(table, row);
      const marks = names.map((_, index) => mark(index)).join(", ");
      const text = `INSERT INTO stepwell.${table.name} (ns, ${names.join(", ")}) VALUES ($1, ${marks})
        ON CONFLICT (ns, ${table.key}) DO NOTHING`;
      return run(async () => (await database.run(text, ...values)) > 0);
    },
    change(table, key, fields) {
      const { names, values } = toColumns(table, fields);
      const set = names.map((name, index) => `${name} = ${mark(index)}`).join(", ");
      const text = `UPDATE stepwell.${table.name} SET ${set} WHERE ns = $1 AND ${table.key} = ${mark(names.length)}`;
      return run(async () => (await database.run(text, ...values, key)) > 0);
    },
    remove: (table, where, ...values) =>
      run(() => database.run(`DELETE FROM stepwell.${table.name} WHERE ns = $1 AND ${numbered(where)}`, ...values)),
    select<Row extends object>(table: AccessTable<Row>, { where, values = [], order, limit }: AccessQuery) {
      const parts = [`SELECT ${selectList(table)} FROM stepwell.${table.name} WHERE ns = $1`];
      if (where !== undefined) parts.push(`AND ${numbered(where)}`);
      if (order !== undefined) parts.push(`ORDER BY ${order}`);
      if (limit !== undefined) parts.push(`LIMIT ${mark(values.length)}`);
      return run(() => database.all<Row>(parts.join(" "), ...values, ...(limit === undefined ? [] : [limit])));
    },
  };
}

export function accessMethods(database: Database, run: Run): Pick<Store, "access" | "webhooks"> {
  const rows = accessRows(database, run);
  return { access: accessMethodsOver(rows), webhooks: webhookMethodsOver(rows) };
}
