/** What the document says of webhooks. Read by ../route-docs. */
import { signatureSchemes } from "../../../domain/webhook.ts";
import { anyObject, anything, integer, list, nullable, object, oneOf, optional, text } from "../../schema/schema.ts";
import { delivery, triedTransform, webhook } from "../../schema/webhook-schemas.ts";
import { answer, nameOf, page, type RouteDocs } from "../route-doc.ts";

const tag = "Events";
const id = nameOf("Id of the webhook.");
const signature = nullable(
  object({
    scheme: oneOf(signatureSchemes),
    header: optional(nullable(text({ description: "Where it stands. Default: where the scheme has it." }))),
    secret: optional(nullable(text({ description: "Of a change: without one, the present one stays." }))),
  }),
);

export const webhookDocs: RouteDocs = {
  "POST /hooks/:token": {
    tag,
    summary: "Deliver to a webhook: JSON or a form becomes events by its transform",
    path: { token: nameOf("The secret part of the webhook's URL.") },
    body: {
      schema: anything(),
      checkedBy: "engine",
      isOptional: true,
      otherTypes: ["application/x-www-form-urlencoded", "multipart/form-data"],
    },
    answers: { 200: object({ ids: list(text()), status: integer() }) },
    errors: ["webhook_revoked", "transform_failed", "invalid_event", "event_too_large", "too_many_events"],
  },
  "GET /v2/webhooks": { tag, summary: "Webhooks; their URLs for admins", answers: { 200: page(webhook) } },
  "POST /v2/webhooks": {
    tag,
    summary: "Make a webhook",
    body: {
      checkedBy: "engine",
      schema: object({ name: text(), transform: text(), signature: optional(signature) }),
    },
    answers: { 201: answer(webhook) },
    errors: ["name_taken", "invalid_expression"],
  },
  "POST /v2/webhooks/try": {
    tag,
    summary: "Which events a transform makes of a sample. Stores nothing, and checks no signature",
    body: {
      schema: object({
        transform: text(),
        body: text({ description: "As it would be delivered." }),
        contentType: optional(nullable(text())),
        headers: optional(anyObject()),
        query: optional(anyObject()),
      }),
    },
    answers: { 200: answer(triedTransform) },
    errors: ["invalid_expression", "transform_failed", "invalid_event", "event_too_large", "too_many_events"],
  },
  "GET /v2/webhooks/:id": {
    tag,
    summary: "One webhook",
    path: { id },
    answers: { 200: answer(webhook) },
    errors: ["webhook_not_found"],
  },
  "POST /v2/webhooks/:id": {
    tag,
    summary: "Change a webhook",
    path: { id },
    body: {
      checkedBy: "engine",
      schema: object({ name: optional(text()), transform: optional(text()), signature: optional(signature) }),
    },
    answers: { 200: answer(webhook) },
    errors: ["webhook_not_found", "name_taken", "invalid_expression"],
  },
  "DELETE /v2/webhooks/:id": {
    tag,
    summary: "Revoke a webhook, at once",
    path: { id },
    answers: { 200: answer(webhook) },
    errors: ["webhook_not_found"],
  },
  "POST /v2/webhooks/:id/rotate": {
    tag,
    summary: "Give it another URL; the one before ends at once",
    path: { id },
    answers: { 200: answer(webhook) },
    errors: ["webhook_not_found"],
  },
  "GET /v2/webhooks/:id/deliveries": {
    tag,
    summary: "Its last deliveries, and why those were refused that were",
    path: { id },
    answers: { 200: page(delivery) },
    errors: ["webhook_not_found"],
  },
};
