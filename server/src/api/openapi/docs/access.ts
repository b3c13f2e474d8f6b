/** What the document says of who may use an engine. Read by ../route-docs. */
import { key, madeKey } from "../../schema/access-schemas.ts";
import { integer, nullable, object, oneOf, optional, text } from "../../schema/schema.ts";
import { answer, nameOf, page, type RouteDocs } from "../route-doc.ts";

const tag = "Access";
const id = nameOf("Id of the key.");

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
        role: optional(nullable(oneOf(["read", "operate", "admin"], { description: "Of a key for the API." }))),
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
};
