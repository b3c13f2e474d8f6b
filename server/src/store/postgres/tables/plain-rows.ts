/** Tables that are written beside the commits: how their rows are put, found and taken out, for open-store.ts. */
import type { Store } from "../../../ports/store.ts";
import { accessMethodsOver } from "../../records/access-methods.ts";
import { alertMethodsOver } from "../../records/alert-methods.ts";
import { type PlainQuery, type PlainRows, type PlainTable, selectList, toColumns } from "../../records/plain-rows.ts";
import { webhookMethodsOver } from "../../records/webhook-methods.ts";
import type { Database } from "../database.ts";

/** Parts of the store that no transition writes. */
type PlainMethods = Pick<Store, "access" | "alerts" | "webhooks">;
type Run = <T>(work: () => Promise<T>) => Promise<T>;

/** Values begin at `$2`. */
const mark = (index: number): string => `$${index + 2}`;

/** A `?` for each value becomes its number. `first`: how many values stand before. */
function numbered(where: string, first = 0): string {
  let index = first;
  return where.replaceAll("?", () => mark(index++));
}

/** `run` turns errors into those of the engine. */
function plainRows(database: Database, run: Run): PlainRows {
  return {
    insert(table, row) {
      const { names, values } = toColumns(table, row);
      const marks = names.map((_, index) => mark(index)).join(", ");
      const text = `INSERT INTO stepwell.${table.name} (ns, ${names.join(", ")}) VALUES ($1, ${marks})
        ON CONFLICT DO NOTHING`;
      return run(async () => (await database.run(text, ...values)) > 0);
    },
    change(table, key, fields, only) {
      const { names, values } = toColumns(table, fields);
      const set = names.map((name, index) => `${name} = ${mark(index)}`).join(", ");
      const more = only === undefined ? "" : ` AND ${numbered(only.where, names.length + 1)}`;
      const text = `UPDATE stepwell.${table.name} SET ${set}
        WHERE ns = $1 AND ${table.key} = ${mark(names.length)}${more}`;
      return run(async () => (await database.run(text, ...values, key, ...(only?.values ?? []))) > 0);
    },
    remove: (table, where, ...values) =>
      run(() => database.run(`DELETE FROM stepwell.${table.name} WHERE ns = $1 AND ${numbered(where)}`, ...values)),
    select<Row extends object>(table: PlainTable<Row>, { where, values = [], order, limit }: PlainQuery) {
      const parts = [`SELECT ${selectList(table)} FROM stepwell.${table.name} WHERE ns = $1`];
      if (where !== undefined) parts.push(`AND ${numbered(where)}`);
      if (order !== undefined) parts.push(`ORDER BY ${order}`);
      if (limit !== undefined) parts.push(`LIMIT ${mark(values.length)}`);
      return run(() => database.all<Row>(parts.join(" "), ...values, ...(limit === undefined ? [] : [limit])));
    },
  };
}

export function plainMethods(database: Database, run: Run): PlainMethods {
  const rows = plainRows(database, run);
  return { access: accessMethodsOver(rows), alerts: alertMethodsOver(rows), webhooks: webhookMethodsOver(rows) };
}
