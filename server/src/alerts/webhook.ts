/**
 * The signed webhook. What it sends is documented in docs/alerts.md: the headers `webhook-id`, `webhook-timestamp` and
 * `webhook-signature` of Standard Webhooks, and a JSON body.
 */
import type { WebhookConfig } from "../domain/alerts/channel.ts";
import type { AlertMessage } from "../ports/alert-sender.ts";
import type { HttpClient } from "../ports/http-client.ts";
import { postJson } from "./post-json.ts";
import { signWebhook } from "./sign-webhook.ts";

const iso = (at: number): string => new Date(at).toISOString();

function toBody(message: AlertMessage): string {
  const { kind, at, alertId, rule, condition, severity, subject, text, value, threshold, startedAt, endedAt } = message;
  return JSON.stringify({
    type: `alert.${kind}`,
    timestamp: iso(at),
    data: {
      id: alertId,
      rule,
      condition,
      severity,
      subject: subject === "" ? null : subject,
      text,
      value,
      threshold,
      startedAt: iso(startedAt),
      endedAt: endedAt === null ? null : iso(endedAt),
    },
  });
}

export function sendWebhook(
  { url, secret }: WebhookConfig,
  message: AlertMessage,
  http: HttpClient,
  signal: AbortSignal,
): Promise<void> {
  const body = toBody(message);
  const timestamp = Math.floor(message.at / 1000);
  const headers = {
    "webhook-id": message.id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signWebhook({ id: message.id, timestamp, body }, secret),
  };
  return postJson({ url, headers, body }, http, signal);
}
