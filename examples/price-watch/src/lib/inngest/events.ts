/** The events of this app, and what is checked of their data. Called by functions and whoever sends them. */
import { NonRetriableError } from "stepwell";
import { z } from "zod";

const provider = {
  provider_id: z.uuid(),
  provider_slug: z.string(),
  provider_name: z.string(),
  scrape_log_id: z.uuid(),
};

const change = z.object({
  product_key: z.string(),
  name: z.string(),
  old_cents: z.number().int(),
  new_cents: z.number().int(),
  percent: z.number(),
});

export const scrapeRequested = {
  name: "competitor/scrape.requested",
  data: z.object({ ...provider, scrape_urls: z.array(z.url({ protocol: /^https?$/ })).min(1) }),
} as const;

export const priceAlert = {
  name: "competitor/price.alert",
  data: z.object({ ...provider, changes: z.array(change).min(1) }),
} as const;

/**
 * Checks the data of an event that anybody with the event key may have sent.
 * @throws {NonRetriableError} that says what is wrong with it: trying again would not help.
 */
export function readData<T>(event: { name: string; data: z.ZodType<T> }, data: unknown): T {
  const read = event.data.safeParse(data);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `${path.join(".") || "data"}: ${message}`);
  throw new NonRetriableError(`The event ${event.name} cannot be used. ${problems.join("; ")}.`);
}

interface ScrapedProvider {
  id: string;
  slug: string;
  name: string;
  scrape_urls: string[];
}

/** Asks for a scrape. The log's id is the event's too, so that asking twice starts one. */
export function toScrapeRequested({ id, slug, name, scrape_urls }: ScrapedProvider, scrapeLogId: string) {
  const data = { provider_id: id, provider_slug: slug, provider_name: name, scrape_log_id: scrapeLogId, scrape_urls };
  return { id: `scrape-${scrapeLogId}`, name: scrapeRequested.name, data };
}
