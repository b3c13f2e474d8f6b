/**
 * The signature of a webhook, as Standard Webhooks has it: HMAC-SHA256 over `<id>.<timestamp>.<body>`, in base64, after `v1,`. Pure.
 * Source: https://www.standardwebhooks.com, "Signature scheme".
 */
import { createHmac } from "node:crypto";

export interface SignedParts {
  /** `webhook-id` */
  id: string;
  /** `webhook-timestamp`, seconds since 1970. */
  timestamp: number;
  body: string;
}

/** @param secret `whsec_` and the key in base64 */
export function signWebhook({ id, timestamp, body }: SignedParts, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}
