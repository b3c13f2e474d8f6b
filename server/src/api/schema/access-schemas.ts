/** Schemas of what `/v2` answers about who may use an engine. Used by the descriptions of routes. */
import type { KeyAnswer, MadeKeyAnswer } from "../answers.ts";
import { moment, named, nullable, object, oneOf, type Schema, text } from "./schema.ts";

const keyFields = {
  id: text(),
  kind: oneOf(["api", "event"]),
  name: text(),
  role: nullable(oneOf(["read", "operate", "admin"])),
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
