/**
 * What the port of keys, users, sessions and the audit log does with their tables, the same in both stores. Called by the
 * open-store.ts of each, with the way to its rows. Must hold no SQL but conditions.
 */
import type { AuditFilter } from "../../domain/access/audit.ts";
import { lowestUlid } from "../../domain/ids.ts";
import type { AccessStore } from "../../ports/access-store.ts";
import { auditTable, keyTable, sessionTable, userTable } from "./access.ts";
import type { PlainQuery, PlainRows, PlainTable, PlainValue } from "./plain-rows.ts";

export function accessMethodsOver({ insert, change, remove, select }: PlainRows): AccessStore {
  const one = async <Row extends object>(table: PlainTable<Row>, where: string, ...values: PlainValue[]) =>
    (await select(table, { where, values }))[0] ?? null;
  return {
    addKey: async (key) => void (await insert(keyTable, key)),
    findKey: (hash) => one(keyTable, "(hash = ? OR previous_hash = ?)", hash, hash),
    getKey: (id) => one(keyTable, "id = ?", id),
    listKeys: () => select(keyTable, { order: "id DESC" }),
    changeKey: (id, fields) => change(keyTable, id, fields),
    addUser: (user) => insert(userTable, user),
    getUser: (name) => one(userTable, "name = ?", name),
    listUsers: () => select(userTable, { order: "name" }),
    changeUser: (name, fields) => change(userTable, name, fields),
    removeUser: async (name) => (await remove(userTable, "name = ?", name)) > 0,
    addSession: async (session) => void (await insert(sessionTable, session)),
    findSession: (hash) => one(sessionTable, "hash = ?", hash),
    touchSession: async (hash, seenAt) => void (await change(sessionTable, hash, { seenAt })),
    removeSession: async (hash) => (await remove(sessionTable, "hash = ?", hash)) > 0,
    removeSessions: (kind, subject) => remove(sessionTable, "kind = ? AND subject = ?", kind, subject),
    removeExpiredSessions: (now) => remove(sessionTable, "expires_at < ?", now),
    async sweep(before) {
      await remove(auditTable, "id < ?", lowestUlid(before));
      await remove(keyTable, "revoked_at < ?", before);
    },
    addAudit: async (record) => void (await insert(auditTable, record)),
    listAudit: (filter) => select(auditTable, { ...auditConditions(filter), order: "id DESC", limit: filter.limit }),
  };
}

function auditConditions(filter: AuditFilter): Pick<PlainQuery, "where" | "values"> {
  const { action, who, target, outcome, from, until, cursor } = filter;
  const all: [string, PlainValue | undefined][] = [
    ["action = ?", action],
    ["who = ?", who],
    ["target = ?", target],
    ["outcome = ?", outcome],
    ["at >= ?", from],
    ["at < ?", until],
    ["id < ?", cursor],
  ];
  const given = all.filter((entry): entry is [string, PlainValue] => entry[1] !== undefined);
  if (given.length === 0) return {};
  return { where: given.map(([condition]) => condition).join(" AND "), values: given.map(([, value]) => value) };
}
