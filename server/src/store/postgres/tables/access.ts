/** Keys, users, sessions and the audit log: reads and writes for open-store.ts, each a transaction of its own. */
import { lowestUlid } from "../../../domain/ids.ts";
import type { AccessStore } from "../../../ports/access-store.ts";
import {
  type AccessTable,
  type AccessValue,
  auditConditions,
  auditTable,
  keyTable,
  selectList,
  sessionTable,
  toColumns,
  userTable,
} from "../../records/access.ts";
import type { Database } from "../database.ts";

type Run = <T>(work: () => Promise<T>) => Promise<T>;

/** Values begin at `$2`. */
const mark = (index: number): string => `$${index + 2}`;

async function insert<Row extends object>(database: Database, table: AccessTable<Row>, row: Row): Promise<boolean> {
  const { names, values } = toColumns(table, row);
  const marks = names.map((_, index) => mark(index)).join(", ");
  const text = `INSERT INTO stepwell.${table.name} (ns, ${names.join(", ")}) VALUES ($1, ${marks})
    ON CONFLICT (ns, ${table.key}) DO NOTHING`;
  return (await database.run(text, ...values)) > 0;
}

async function change<Row extends object>(
  database: Database,
  table: AccessTable<Row>,
  key: string,
  fields: Partial<Row>,
): Promise<boolean> {
  const { names, values } = toColumns(table, fields);
  const set = names.map((name, index) => `${name} = ${mark(index)}`).join(", ");
  const text = `UPDATE stepwell.${table.name} SET ${set} WHERE ns = $1 AND ${table.key} = ${mark(names.length)}`;
  return (await database.run(text, ...values, key)) > 0;
}

function remove<Row extends object>(
  database: Database,
  table: AccessTable<Row>,
  where: string,
  ...values: AccessValue[]
): Promise<number> {
  return database.run(`DELETE FROM stepwell.${table.name} WHERE ns = $1 AND ${where}`, ...values);
}

function select<Row extends object>(
  database: Database,
  table: AccessTable<Row>,
  rest: string,
  ...values: AccessValue[]
): Promise<Row[]> {
  return database.all<Row>(`SELECT ${selectList(table)} FROM stepwell.${table.name} WHERE ns = $1 ${rest}`, ...values);
}

/** `run` turns errors into those of the engine. */
export function accessMethods(database: Database, run: Run): AccessStore {
  const one = <Row extends object>(table: AccessTable<Row>, where: string, ...values: AccessValue[]) =>
    run(async () => (await select(database, table, `AND ${where}`, ...values))[0] ?? null);
  return {
    addKey: (key) => run(async () => void (await insert(database, keyTable, key))),
    findKey: (hash) => one(keyTable, "(hash = $2 OR previous_hash = $2)", hash),
    getKey: (id) => one(keyTable, "id = $2", id),
    listKeys: () => run(() => select(database, keyTable, "ORDER BY id DESC")),
    changeKey: (id, fields) => run(() => change(database, keyTable, id, fields)),
    addUser: (user) => run(() => insert(database, userTable, user)),
    getUser: (name) => one(userTable, "name = $2", name),
    listUsers: () => run(() => select(database, userTable, "ORDER BY name")),
    changeUser: (name, fields) => run(() => change(database, userTable, name, fields)),
    removeUser: (name) => run(async () => (await remove(database, userTable, "name = $2", name)) > 0),
    addSession: (session) => run(async () => void (await insert(database, sessionTable, session))),
    findSession: (hash) => one(sessionTable, "hash = $2", hash),
    touchSession: (hash, seenAt) => run(async () => void (await change(database, sessionTable, hash, { seenAt }))),
    removeSession: (hash) => run(async () => (await remove(database, sessionTable, "hash = $2", hash)) > 0),
    removeSessions: (kind, subject) =>
      run(() => remove(database, sessionTable, "kind = $2 AND subject = $3", kind, subject)),
    removeExpiredSessions: (now) => run(() => remove(database, sessionTable, "expires_at < $2", now)),
    sweep: (before) =>
      run(async () => {
        await remove(database, auditTable, "id < $2", lowestUlid(before));
        await remove(database, keyTable, "revoked_at < $2", before);
      }),
    addAudit: (record) => run(async () => void (await insert(database, auditTable, record))),
    listAudit: (filter) =>
      run(() => {
        const conditions = auditConditions(filter);
        const where = conditions.map(({ condition }, index) => `AND ${condition} ${mark(index)} `).join("");
        const rest = `${where}ORDER BY id DESC LIMIT ${mark(conditions.length)}`;
        return select(database, auditTable, rest, ...conditions.map(({ value }) => value), filter.limit);
      }),
  };
}
