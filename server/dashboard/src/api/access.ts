/** Who may use the engine, and who did what: keys, users, the audit log. */
import type { AuditAnswer, KeyAnswer, MadeKeyAnswer, UserAnswer } from "../../../src/api/answers.ts";
import { ask, type Page, request, seg, toQuery } from "./request.ts";

export type Key = KeyAnswer;
export type MadeKey = MadeKeyAnswer;
export type User = UserAnswer;
export type AuditEntry = AuditAnswer;
export type Role = UserAnswer["role"];

export interface KeyRequest {
  kind: Key["kind"];
  name: string;
  role?: Role;
  expiresAt?: string;
}

export const listKeys = (): Promise<Key[]> => ask("v2/keys");
export const createKey = (body: KeyRequest): Promise<MadeKey> => ask("v2/keys", { method: "POST", body });
export const rotateKey = (id: string, graceSeconds: number): Promise<MadeKey> =>
  ask(`v2/keys/${seg(id)}/rotate`, { method: "POST", body: { graceSeconds } });
export const revokeKey = (id: string): Promise<Key> => ask(`v2/keys/${seg(id)}`, { method: "DELETE" });

export const listUsers = (): Promise<User[]> => ask("v2/users");
export const createUser = (body: { name: string; role: Role; password: string }): Promise<User> =>
  ask("v2/users", { method: "POST", body });
export const removeUser = (name: string): Promise<unknown> => ask(`v2/users/${seg(name)}`, { method: "DELETE" });

export interface AuditFilter {
  action?: string | undefined;
  who?: string | undefined;
  outcome?: AuditEntry["outcome"] | undefined;
}

export const listAudit = (filter: AuditFilter, cursor: string | null): Promise<Page<AuditEntry>> =>
  request(`v2/audit${toQuery({ ...filter, cursor, limit: 50 })}`);
