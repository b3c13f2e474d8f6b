/** What `/v2/webhooks` answers, as types. Re-exported by ../answers. Must import nothing. */

/** One of `/v2/webhooks`. */
export interface WebhookAnswer {
  id: string;
  name: string;
  /** Where to deliver, below the address of the engine. Null for those who may not see it: it takes the role admin. */
  path: string | null;
  transform: string;
  /** Null: who has the URL may deliver. Never with the secret. */
  signature: { scheme: "hmac" | "stripe" | "standard" | "header"; header: string | null } | null;
  state: "works" | "revoked";
  createdAt: string;
  createdBy: string;
  changedAt: string;
  revokedAt: string | null;
}

/** One of `/v2/webhooks/:id/deliveries`. */
export interface DeliveryAnswer {
  id: string;
  at: string;
  outcome: "accepted" | "ignored" | "refused" | "failed";
  /** What the sender was answered. */
  status: number;
  code: string | null;
  error: string | null;
  /** Internal ids of the events that it became. */
  eventIds: string[];
  contentType: string | null;
  sizeBytes: number;
  /** The beginning of one that was refused. */
  body: string | null;
}

/** What `POST /v2/webhooks/try` answers: the events that the transform would make. */
export interface TriedTransformAnswer {
  events: Record<string, unknown>[];
}
