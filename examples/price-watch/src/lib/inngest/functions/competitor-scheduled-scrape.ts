/** Asks every day at 6 in the morning in South Africa (4 UTC) for a scrape of all competitors whose turn it is. */
import { randomUUID } from "node:crypto";
import { createScrapeLog, findDueProviders } from "../../competitors/providers.ts";
import { inngest } from "../client.ts";
import { toScrapeRequested } from "../events.ts";

export const competitorScheduledScrape = inngest.createFunction(
  {
    id: "competitor-scheduled-scrape",
    name: "Daily scrape",
    triggers: [{ cron: "0 4 * * *" }],
    retries: 2,
  },
  async ({ step }) => {
    // With the ids of the logs: a later step that runs twice must not make up others.
    const due = await step.run("find-due-providers", async () => {
      const providers = await findDueProviders(new Date());
      return providers.map((provider) => ({ provider, scrapeLogId: randomUUID() }));
    });
    if (due.length === 0) return { requested: 0 };
    await step.run("create-scrape-logs", async () => {
      for (const { provider, scrapeLogId } of due) await createScrapeLog(scrapeLogId, provider.id, "scheduled");
    });
    const events = due.map(({ provider, scrapeLogId }) => toScrapeRequested(provider, scrapeLogId));
    await step.sendEvent("request-scrapes", events);
    return { requested: due.length };
  },
);
