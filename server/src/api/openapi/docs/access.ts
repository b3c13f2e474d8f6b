/** What the document says of who may use an engine. Read by ../route-docs. */
import { roles } from "../../../domain/access/role.ts";
import { auditEntry, key, madeKey, role, user } from "../../schema/access-schemas.ts";
import { session } from "../../schema/app-schemas.ts";
import { flag, integer, nullable, object, oneOf, optional, text } from "../../schema/schema.ts";
import { answer, asked, cursor, limit, nameOf, page, type RouteDocs, time } from "../route-doc.ts";

const tag = "Access";
const id = nameOf("Id of the key.");
const name = nameOf("Name of the user.");

export const accessDocs: RouteDocs = {
  "GET /v2/keys": { tag, summary: "Keys that were made here; never what they are", answers: { 200: page(key) } },
  "POST /v2/keys": {
    tag,
    summary: "Make a key, for the API or for events",
    body: {
      checkedBy: "engine",
      schema: object({
        kind: optional(oneOf(["api", "event"])),
        name: text(),
        role: optional(nullable(oneOf(roles, { description: "Of a key for the API." }))),
        expiresAt: optional(nullable(text({ format: "moment" }))),
      }),
    },
    answers: { 201: answer(madeKey) },
    errors: ["name_taken"],
  },
  "POST /v2/keys/:id/rotate": {
    tag,
    summary: "Give it another secret",
    path: { id },
    body: {
      checkedBy: "engine",
      isOptional: true,
      schema: object({ graceSeconds: optional(integer({ description: "How long the one before works on." })) }),
    },
    answers: { 200: answer(madeKey) },
    errors: ["key_not_found"],
  },
  "DELETE /v2/keys/:id": {
    tag,
    summary: "Revoke it",
    path: { id },
    answers: { 200: answer(key) },
    errors: ["key_not_found"],
  },
  "GET /v2/session": { tag, summary: "Whether one is signed in", answers: { 200: answer(session) } },
  "POST /v2/session": {
    tag,
    summary: "Sign in, with a name and a password or with a key: the answer sets the page's cookie",
    body: {
      schema: object({
        user: optional(text()),
        password: optional(text()),
        key: optional(text({ description: "The signing key, or an API key." })),
      }),
      checkedBy: "engine",
      isOptional: true,
    },
    answers: { 200: answer(session) },
    errors: ["too_many_tries"],
  },
  "DELETE /v2/session": {
    tag,
    summary: "Sign out",
    query: { everywhere: asked(flag({ description: "At all browsers. Default: at this one." })) },
    answers: { 200: answer(session) },
  },
  "GET /v2/session/oidc": {
    tag,
    summary: "Sign in at the OpenID Connect provider: sends the browser there",
    answers: { 302: "empty" },
    errors: ["not_found", "sync_failed"],
  },
  "GET /v2/session/oidc/callback": {
    tag,
    summary: "Come back from there: begins a session, and sends the browser to the page",
    query: { code: asked(text()), state: asked(text()) },
    answers: { 302: "empty" },
    errors: ["not_found"],
  },
  "POST /v2/session/password": {
    tag,
    summary: "Change one's own password",
    body: {
      schema: object({ current: text(), password: text({ description: "The new one." }) }),
      checkedBy: "engine",
      isOptional: true,
    },
    answers: { 200: answer(session) },
    errors: ["too_many_tries"],
  },
  "GET /v2/users": { tag, summary: "People who sign in with a password", answers: { 200: page(user) } },
  "POST /v2/users": {
    tag,
    summary: "Make a user",
    body: { checkedBy: "engine", schema: object({ name: text(), role, password: text() }) },
    answers: { 201: answer(user) },
    errors: ["name_taken", "too_many_tries"],
  },
  "POST /v2/users/:name": {
    tag,
    summary: "Change a user's role or password; another password ends their sessions",
    path: { name },
    body: { checkedBy: "engine", schema: object({ role: optional(role), password: optional(text()) }) },
    answers: { 200: answer(user) },
    errors: ["user_not_found", "too_many_tries"],
  },
  "DELETE /v2/users/:name": {
    tag,
    summary: "Remove a user, at once",
    path: { name },
    answers: { 200: answer(object({ name: text() })) },
    errors: ["user_not_found"],
  },
  "DELETE /v2/users/:name/sessions": {
    tag,
    summary: "Sign a user out everywhere",
    path: { name },
    answers: { 200: answer(object({ ended: integer({ description: "Sessions that there were." }) })) },
    errors: ["user_not_found"],
  },
  "GET /v2/audit": {
    tag,
    summary: "Who did what, newest first",
    query: {
      action: asked(text()),
      who: asked(text()),
      target: asked(text()),
      outcome: asked(oneOf(["done", "refused"])),
      from: time("From then on."),
      until: time("Before then."),
      cursor,
      limit,
    },
    answers: { 200: page(auditEntry) },
  },
};
