/**
 * Sends alerts to channels of all kinds: one file a kind, told apart here. Made by main, behind the port alert-sender. What a channel
 * holds never stands in an error: what the other side says is told without it.
 */
import type { ChannelConfig } from "../domain/alerts/channel.ts";
import type { AlertMessage, AlertSender } from "../ports/alert-sender.ts";
import type { HttpClient } from "../ports/http-client.ts";
import { sendEmail } from "./email.ts";
import { sendSlack } from "./slack.ts";
import { sendWebhook } from "./webhook.ts";

export interface AlertSenderOptions {
  http: HttpClient;
}

/** For a whole try, in milliseconds. */
const sendTimeoutMs = 15_000;
const shortestSecret = 4;

function secretsOf(config: ChannelConfig): string[] {
  switch (config.kind) {
    case "webhook":
      return [config.secret, config.url];
    case "slack":
      return [config.url];
    case "email":
      return config.password === null ? [] : [config.password];
  }
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let left = text;
  for (const secret of secrets) if (secret.length >= shortestSecret) left = left.replaceAll(secret, "[…]");
  return left;
}

async function sendTo(
  config: ChannelConfig,
  message: AlertMessage,
  http: HttpClient,
  signal: AbortSignal,
): Promise<void> {
  switch (config.kind) {
    case "webhook":
      return sendWebhook(config, message, http, signal);
    case "slack":
      return sendSlack(config, message, http, signal);
    case "email":
      return sendEmail(config, message, signal);
  }
}

export function createAlertSender({ http }: AlertSenderOptions): AlertSender {
  return {
    async send({ config }, message, signal) {
      const timeout = AbortSignal.timeout(sendTimeoutMs);
      const sending = sendTo(config, message, http, AbortSignal.any([signal, timeout]));
      // The first error is not handed on: it may hold what is secret.
      const failure: unknown = await sending.then(
        () => null,
        (error: unknown) => error ?? "unknown",
      );
      if (failure === null) return;
      if (timeout.aborted) throw new Error(`There was no answer within ${sendTimeoutMs / 1000} seconds.`);
      const text = failure instanceof Error ? failure.message : String(failure);
      throw new Error(withoutSecrets(text, secretsOf(config)));
    },
  };
}
