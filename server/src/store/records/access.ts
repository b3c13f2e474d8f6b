/**
 * How keys, users, sessions and the audit log stand in tables, the same in both stores: a column for each field, each a text or
 * a whole number. Used by the access.ts of each store and by access-methods.ts.
 */
import type { AuditRecord } from "../../domain/access/audit.ts";
import type { KeyRecord } from "../../domain/access/key.ts";
import type { SessionRecord, UserRecord } from "../../domain/access/user.ts";

export interface AccessTable<Row extends object> {
  name: string;
  key: string;
  /** Names of columns by fields. */
  columns: { readonly [Field in keyof Row & string]-?: string };
}

export const keyTable: AccessTable<KeyRecord> = {
  name: "access_keys",
  key: "id",
  columns: {
    id: "id",
    kind: "kind",
    name: "name",
    role: "role",
    hash: "hash",
    previousHash: "previous_hash",
    previousUntil: "previous_until",
    hint: "hint",
    createdAt: "created_at",
    createdBy: "created_by",
    expiresAt: "expires_at",
    lastUsedAt: "last_used_at",
    revokedAt: "revoked_at",
  },
};

export const userTable: AccessTable<UserRecord> = {
  name: "access_users",
  key: "name",
  columns: {
    name: "name",
    role: "role",
    passwordHash: "password_hash",
    createdAt: "created_at",
    createdBy: "created_by",
    passwordChangedAt: "password_changed_at",
    signedInAt: "signed_in_at",
  },
};

export const sessionTable: AccessTable<SessionRecord> = {
  name: "access_sessions",
  key: "hash",
  columns: {
    hash: "hash",
    kind: "kind",
    subject: "subject",
    createdAt: "created_at",
    seenAt: "seen_at",
    expiresAt: "expires_at",
    address: "address",
  },
};

export const auditTable: AccessTable<AuditRecord> = {
  name: "access_audit",
  key: "id",
  columns: {
    id: "id",
    at: "at",
    kind: "kind",
    who: "who",
    action: "action",
    target: "target",
    detail: "detail",
    address: "address",
    requestId: "request_id",
    outcome: "outcome",
  },
};

export type AccessValue = string | number | null;

/** Columns and values of the fields that a record, or a change of one, has. */
export function toColumns<Row extends object>(
  table: AccessTable<Row>,
  fields: Partial<Row>,
): { names: string[]; values: AccessValue[] } {
  const columns: Readonly<Record<string, string>> = table.columns;
  const given = Object.entries(fields).filter(([field, value]) => value !== undefined && field in columns);
  return {
    names: given.map(([field]) => columns[field] ?? field),
    values: given.map(([, value]) => value as AccessValue),
  };
}

/** What is selected: a row of it is a record. */
export function selectList<Row extends object>(table: AccessTable<Row>): string {
  const columns: Readonly<Record<string, string>> = table.columns;
  return Object.entries(columns)
    .map(([field, name]) => `${name} AS "${field}"`)
    .join(", ");
}
