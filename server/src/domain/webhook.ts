/** Webhooks: addresses at which others deliver what happened in their systems, and what became of each delivery. */

/** How a sender proves that a delivery is its own. */
export const signatureSchemes = ["hmac", "stripe", "standard", "header"] as const;
export type SignatureScheme = (typeof signatureSchemes)[number];

export interface WebhookRecord {
  /** A ULID. */
  id: string;
  /** For people. */
  name: string;
  /** The secret part of its URL. Whoever has it may deliver. Must never be logged. */
  token: string;
  /** CEL that makes an event of `body`, `headers` and `query`. */
  transform: string;
  /** Null: who has the URL may deliver. */
  scheme: SignatureScheme | null;
  /** In lower case: where the signature or the secret stands. Null: where the scheme has it by itself. */
  header: string | null;
  /** What signatures are made with. Null where there is no scheme. Must never be answered or logged. */
  secret: string | null;
  /** Milliseconds since 1970, as all times below. */
  createdAt: number;
  /** For people: who made it. */
  createdBy: string;
  changedAt: number;
  /** Null: it is not revoked. */
  revokedAt: number | null;
}

/** What may change of a webhook. */
export type WebhookChange = Partial<Omit<WebhookRecord, "id" | "createdAt" | "createdBy">>;

/**
 * `accepted`: it became events. `ignored`: the transform gave null. `refused`: something was wrong with the delivery, the
 * signature or the transform. `failed`: the engine could not store it, so that the sender tries again.
 */
export const deliveryOutcomes = ["accepted", "ignored", "refused", "failed"] as const;
export type DeliveryOutcome = (typeof deliveryOutcomes)[number];

export interface DeliveryRecord {
  /** A ULID. */
  id: string;
  webhookId: string;
  at: number;
  outcome: DeliveryOutcome;
  /** Of the error that the sender was answered with; null when there was none. */
  code: string | null;
  /** What that said. */
  error: string | null;
  /** JSON: internal ids of the events that it became. */
  eventIds: string;
  contentType: string | null;
  sizeBytes: number;
  /** Of one that was refused: the beginning of its body, for a look at what the transform was given. Null otherwise. */
  body: string | null;
}
