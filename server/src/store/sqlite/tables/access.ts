/** Keys, users, sessions and the audit log: reads and writes for open-store.ts. */
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

type Run = <T>(work: () => T) => Promise<T>;

function insert<Row extends object>(database: Database, table: AccessTable<Row>, row: Row): boolean {
  const { names, values } = toColumns(table, row);
  const marks = names.map(() => "?").join(", ");
  const sql = `INSERT INTO ${table.name} (${names.join(", ")}) VALUES (${marks}) ON CONFLICT (${table.key}) DO NOTHING`;
  return database.run(sql, ...values) > 0;
}

function change<Row extends object>(
  database: Database,
  table: AccessTable<Row>,
  key: string,
  fields: Partial<Row>,
): boolean {
  const { names, values } = toColumns(table, fields);
  const set = names.map((name) => `${name} = ?`).join(", ");
  return database.run(`UPDATE ${table.name} SET ${set} WHERE ${table.key} = ?`, ...values, key) > 0;
}

function remove<Row extends object>(
  database: Database,
  table: AccessTable<Row>,
  where: string,
  ...values: AccessValue[]
): number {
  return database.run(`DELETE FROM ${table.name} WHERE ${where}`, ...values);
}

function select<Row extends object>(
  database: Database,
  table: AccessTable<Row>,
  rest: string,
  ...values: AccessValue[]
): Row[] {
  return database.all<Row>(`SELECT ${selectList(table)} FROM ${table.name} ${rest}`, ...values);
}

/** `read` runs at once, `write` in the next group's transaction. */
export function accessMethods(database: Database, read: Run, write: Run): AccessStore {
  const one = <Row extends object>(table: AccessTable<Row>, where: string, ...values: AccessValue[]) =>
    read(() => select(database, table, `WHERE ${where}`, ...values)[0] ?? null);
  return {
    addKey: (key) => write(() => void insert(database, keyTable, key)),
    findKey: (hash) => one(keyTable, "hash = ? OR previous_hash = ?", hash, hash),
    getKey: (id) => one(keyTable, "id = ?", id),
    listKeys: () => read(() => select(database, keyTable, "ORDER BY id DESC")),
    changeKey: (id, fields) => write(() => change(database, keyTable, id, fields)),
    addUser: (user) => write(() => insert(database, userTable, user)),
    getUser: (name) => one(userTable, "name = ?", name),
    listUsers: () => read(() => select(database, userTable, "ORDER BY name")),
    changeUser: (name, fields) => write(() => change(database, userTable, name, fields)),
    removeUser: (name) => write(() => remove(database, userTable, "name = ?", name) > 0),
    addSession: (session) => write(() => void insert(database, sessionTable, session)),
    findSession: (hash) => one(sessionTable, "hash = ?", hash),
    touchSession: (hash, seenAt) => write(() => void change(database, sessionTable, hash, { seenAt })),
    removeSession: (hash) => write(() => remove(database, sessionTable, "hash = ?", hash) > 0),
    removeSessions: (kind, subject) =>
      write(() => remove(database, sessionTable, "kind = ? AND subject = ?", kind, subject)),
    removeExpiredSessions: (now) => write(() => remove(database, sessionTable, "expires_at < ?", now)),
    sweep: (before) =>
      write(() => {
        remove(database, auditTable, "id < ?", lowestUlid(before));
        remove(database, keyTable, "revoked_at < ?", before);
      }),
    addAudit: (record) => write(() => void insert(database, auditTable, record)),
    listAudit: (filter) =>
      read(() => {
        const conditions = auditConditions(filter);
        const where = conditions.map(({ condition }) => `${condition} ?`).join(" AND ");
        const rest = `${where === "" ? "" : `WHERE ${where} `}ORDER BY id DESC LIMIT ?`;
        return select(database, auditTable, rest, ...conditions.map(({ value }) => value), filter.limit);
      }),
  };
}
