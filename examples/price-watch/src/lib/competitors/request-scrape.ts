/** Asks for a scrape of one competitor. The log comes first: the function changes it. Called by the route. */
import { randomUUID } from "node:crypto";
import { inngest } from "../inngest/client.ts";
import { toScrapeRequested } from "../inngest/events.ts";
import { createScrapeLog, failScrapeLog, findProvider } from "./providers.ts";

export type Asked = { kind: "unknown" } | { kind: "sent" | "unreachable"; scrapeLogId: string };

export async function requestScrape(providerId: string): Promise<Asked> {
  const provider = await findProvider(providerId);
  if (provider === null) return { kind: "unknown" };
  const scrapeLogId = randomUUID();
  await createScrapeLog(scrapeLogId, provider.id, "manual");
  try {
    await inngest.send(toScrapeRequested(provider, scrapeLogId));
    return { kind: "sent", scrapeLogId };
  } catch {
    await failScrapeLog(scrapeLogId, "The job engine could not be reached, so the scrape was not started.");
    return { kind: "unreachable", scrapeLogId };
  }
}
