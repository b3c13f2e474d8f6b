/** Schemas of what `/v2/webhooks` answers. Used by the descriptions of routes. */
import { deliveryOutcomes, signatureSchemes } from "../../domain/webhook.ts";
import type { DeliveryAnswer, TriedTransformAnswer, WebhookAnswer } from "../answers.ts";
import { anyObject, integer, list, moment, named, nullable, object, oneOf, type Schema, text } from "./schema.ts";

export const webhook: Schema<WebhookAnswer> = named(
  "Webhook",
  object({
    id: text(),
    name: text(),
    path: nullable(text({ description: "Where to deliver, below the address of the engine; for admins." })),
    transform: text({ description: "CEL that makes an event of `body`, `headers` and `query`." }),
    signature: nullable(object({ scheme: oneOf(signatureSchemes), header: nullable(text()) })),
    state: oneOf(["works", "revoked"]),
    createdAt: moment(),
    createdBy: text(),
    changedAt: moment(),
    revokedAt: nullable(moment()),
  }),
);
export const delivery: Schema<DeliveryAnswer> = named(
  "Delivery",
  object({
    id: text(),
    at: moment(),
    outcome: oneOf(deliveryOutcomes),
    status: integer({ description: "What the sender was answered." }),
    code: nullable(text()),
    error: nullable(text()),
    eventIds: list(text()),
    contentType: nullable(text()),
    sizeBytes: integer(),
    body: nullable(text({ description: "The beginning of one that was refused." })),
  }),
);
export const triedTransform: Schema<TriedTransformAnswer> = named(
  "TriedTransform",
  object({ events: list(anyObject()) }),
);
