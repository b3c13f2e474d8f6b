/**
 * Main file of the room `access`. Who may use an engine, and what is known of what they did. Made by the API over the store.
 * Must never keep, log or return a key or a password but in the answer that makes a key.
 */
import { createUlidFactory } from "../../domain/ids.ts";
import type { AccessParts } from "./access-parts.ts";
import { type AuditLog, createAuditLog } from "./audit.ts";
import { createKeys, type Keys } from "./keys.ts";
import type { RoleOfEmail } from "./oidc-roles.ts";
import { createPasswords, type PasswordCost } from "./passwords.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { createTries, type Tries } from "./tries.ts";
import { createUsers, type Users } from "./users.ts";

export interface AccessOptions extends Pick<AccessParts, "store" | "clock" | "logger"> {
  /** Fingerprints of the signing keys that the engine takes, the present one first. */
  signingKeys: readonly string[];
  /** The role of who signs in at an OpenID Connect provider. Default: nobody has one. */
  roleOfEmail?: RoleOfEmail | undefined;
  /** What a new password's hash costs. Default: enough. */
  passwordCost?: PasswordCost | undefined;
}

export interface Access {
  readonly keys: Keys;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tries: Tries;
  readonly audit: AuditLog;
  /** A ULID of now, for a request that came without an id. */
  newId(): string;
}

export function createAccess({ signingKeys, passwordCost, roleOfEmail, ...options }: AccessOptions): Access {
  const next = createUlidFactory(Math.random);
  const parts: AccessParts = { ...options, newId: () => next(options.clock.now()) };
  const keys = createKeys(parts);
  const users = createUsers(parts, createPasswords(passwordCost), roleOfEmail ?? (() => null));
  const sessions = createSessions({ ...parts, users, keys, signingKeys });
  return { keys, users, sessions, tries: createTries(), audit: createAuditLog(parts), newId: parts.newId };
}
