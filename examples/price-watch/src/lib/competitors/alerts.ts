/** Tells people of price changes: one message for each scrape, to a webhook such as Slack's. Called in steps. */
import { rowsOf } from "../database.ts";
import type { PriceChange } from "./save-products.ts";

const rand = (cents: number): string => `R ${(cents / 100).toFixed(2)}`;

/** Changes of at least so many percent are told. */
export const significantPercent = (): number => Number(process.env["PRICE_ALERT_PERCENT"] ?? 5);

export const textOfAlert = (provider: string, changes: readonly PriceChange[]): string =>
  [
    `${provider} has changed ${changes.length} ${changes.length === 1 ? "price" : "prices"}:`,
    ...changes.map(
      ({ name, old_cents, new_cents, percent }) =>
        `• ${name}: ${rand(old_cents)} → ${rand(new_cents)} (${percent > 0 ? "+" : ""}${percent} %)`,
    ),
  ].join("\n");

/** @returns whether it is still to be sent. */
export async function recordAlert(scrapeLogId: string, text: string): Promise<boolean> {
  const query =
    "insert into competitor_price_alerts (scrape_log_id, text) values ($1, $2) on conflict (scrape_log_id) do update set text = excluded.text returning sent_at";
  const [row] = await rowsOf<{ sent_at: string | null }>(query, [scrapeLogId, text]);
  return row?.sent_at === null;
}

export async function sendAlert(scrapeLogId: string, text: string): Promise<"sent" | "off"> {
  const url = process.env["ALERT_WEBHOOK_URL"];
  if (url === undefined || url === "") return "off";
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": scrapeLogId },
    body: JSON.stringify({ text }),
    signal: AbortSignal.timeout(10_000),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`The webhook for alerts answered with ${response.status}.`);
  await rowsOf("update competitor_price_alerts set sent_at = now() where scrape_log_id = $1", [scrapeLogId]);
  return "sent";
}
