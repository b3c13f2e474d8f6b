/** Schemas of what `/v2` answers about who may use an engine. Used by the descriptions of routes. */
import { type Role, roles } from "../../domain/access/role.ts";
import type { AuditAnswer, KeyAnswer, MadeKeyAnswer, UserAnswer } from "../answers.ts";
import { anyObject, moment, named, nullable, object, oneOf, type Schema, text } from "./schema.ts";

export const role: Schema<Role> = oneOf(roles);

const keyFields = {
  id: text(),
  kind: oneOf(["api", "event"]),
  name: text(),
  role: nullable(role),
  hint: text({ description: "The first characters of the key." }),
  state: oneOf(["works", "expired", "revoked"]),
  createdAt: moment(),
  createdBy: text(),
  expiresAt: nullable(moment()),
  lastUsedAt: nullable(moment()),
  revokedAt: nullable(moment()),
  previousUntil: nullable(moment()),
};
export const key: Schema<KeyAnswer> = named("Key", object(keyFields));
export const madeKey: Schema<MadeKeyAnswer> = named(
  "MadeKey",
  object({ ...keyFields, key: text({ description: "The key itself, shown this once." }) }),
);
export const user: Schema<UserAnswer> = named(
  "User",
  object({
    name: text(),
    role,
    createdAt: moment(),
    createdBy: text(),
    passwordChangedAt: moment(),
    signedInAt: nullable(moment()),
  }),
);
export const auditEntry: Schema<AuditAnswer> = named(
  "AuditEntry",
  object({
    id: text(),
    at: moment(),
    kind: oneOf(["local", "signing-key", "api-key", "user", "unknown"]),
    who: text({ description: "Name of the user or key, as it was then." }),
    action: text({ description: "Such as pause or key.revoke." }),
    target: nullable(text()),
    detail: nullable(anyObject({ description: "More of what was asked for." })),
    address: nullable(text()),
    requestId: text(),
    outcome: oneOf(["done", "refused"]),
  }),
);
