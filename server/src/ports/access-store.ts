/**
 * The part of the store that knows who may use the engine and who did what: keys, users, sessions, the audit log. Nothing of it
 * is part of a run, so it is written beside `commit`, each call by itself. What a call has resolved holds for every engine on
 * the state at once. Every implementation passes test/conformance. Must never hold a key or a password, only hashes.
 */
import type { AuditFilter, AuditRecord } from "../domain/access/audit.ts";
import type { IdentityKind } from "../domain/access/identity.ts";
import type { KeyChange, KeyRecord } from "../domain/access/key.ts";
import type { SessionRecord, UserChange, UserRecord } from "../domain/access/user.ts";

export interface AccessStore {
  addKey(key: KeyRecord): Promise<void>;
  /** The key that has this hash now, or had it before it was rotated, in whatever state. Null for none. */
  findKey(hash: string): Promise<KeyRecord | null>;
  getKey(id: string): Promise<KeyRecord | null>;
  /** Newest first. */
  listKeys(): Promise<KeyRecord[]>;
  /** False: there is no such key. */
  changeKey(id: string, change: KeyChange): Promise<boolean>;

  /** False: there is a user of that name, who stays as they are. */
  addUser(user: UserRecord): Promise<boolean>;
  getUser(name: string): Promise<UserRecord | null>;
  /** By name. */
  listUsers(): Promise<UserRecord[]>;
  /** False: there is no such user. */
  changeUser(name: string, change: UserChange): Promise<boolean>;
  /** False: there is no such user. */
  removeUser(name: string): Promise<boolean>;

  addSession(session: SessionRecord): Promise<void>;
  findSession(hash: string): Promise<SessionRecord | null>;
  touchSession(hash: string, seenAt: number): Promise<void>;
  /** False: there is no such session. */
  removeSession(hash: string): Promise<boolean>;
  /** All of one user or key. Resolves with how many there were. */
  removeSessions(kind: IdentityKind, subject: string): Promise<number>;
  /** Those that end by themselves before `now`. */
  removeExpiredSessions(now: number): Promise<number>;

  addAudit(record: AuditRecord): Promise<void>;
  /** Newest first. */
  listAudit(filter: AuditFilter): Promise<AuditRecord[]>;

  /** Deletes what the audit log says of the time before `before`, and keys that were revoked before. */
  sweep(before: number): Promise<void>;
}
