/** Slack's incoming webhooks, and what speaks like them: a text, and an attachment whose colour says how bad it is. */
import type { SlackConfig } from "../domain/alerts/channel.ts";
import type { Severity } from "../domain/alerts/rule.ts";
import type { AlertMessage } from "../ports/alert-sender.ts";
import type { HttpClient } from "../ports/http-client.ts";
import { toTexts } from "./message-texts.ts";
import { postJson } from "./post-json.ts";

const colors: Readonly<Record<Severity, string>> = { info: "#075985", warning: "#a84b00", critical: "#a3162a" };
const overColor = "#1a6b3c";

/** Slack reads these three as its own markup. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export function sendSlack(
  { url }: SlackConfig,
  message: AlertMessage,
  http: HttpClient,
  signal: AbortSignal,
): Promise<void> {
  const { headline, lines } = toTexts(message);
  const body = {
    text: escaped(headline),
    attachments: [
      {
        color: message.kind === "ended" ? overColor : colors[message.severity],
        text: lines.map(escaped).join("\n"),
        fallback: escaped(lines[0] ?? headline),
        ts: Math.floor(message.at / 1000),
      },
    ],
  };
  return postJson({ url, body: JSON.stringify(body) }, http, signal);
}
