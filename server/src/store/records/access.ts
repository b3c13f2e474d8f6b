/** How keys, users, sessions and the audit log stand in tables, the same in both stores. Used by access-methods.ts. */
import type { AuditRecord } from "../../domain/access/audit.ts";
import type { KeyRecord } from "../../domain/access/key.ts";
import type { SessionRecord, UserRecord } from "../../domain/access/user.ts";
import type { PlainTable } from "./plain-rows.ts";

export const keyTable: PlainTable<KeyRecord> = {
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

export const userTable: PlainTable<UserRecord> = {
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

export const sessionTable: PlainTable<SessionRecord> = {
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

export const auditTable: PlainTable<AuditRecord> = {
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
