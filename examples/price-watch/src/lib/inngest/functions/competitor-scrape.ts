/**
 * Scrapes one competitor: extracts the products of each page, normalises them, saves them, and asks for an alert when prices
 * have changed enough. Each page is a step of its own, so a page that fails does not make the others be read again.
 */
import { significantPercent } from "../../competitors/alerts.ts";
import { extractProducts } from "../../competitors/firecrawl.ts";
import { normalizeProducts } from "../../competitors/normalize.ts";
import { failScrapeLog, startScrapeLog } from "../../competitors/providers.ts";
import { saveProducts } from "../../competitors/save-products.ts";
import { inngest } from "../client.ts";
import { priceAlert, readData, scrapeRequested } from "../events.ts";

export const competitorScrape = inngest.createFunction(
  {
    id: "competitor-scrape",
    name: "Scrape a competitor",
    triggers: [{ event: scrapeRequested.name }],
    // Three attempts in all.
    retries: 2,
    timeouts: { finish: "2h" },
    // Two scrapes of one competitor at once would both see the prices of before.
    concurrency: { limit: 1, key: "event.data.provider_id" },
    onFailure: async ({ event, error }) => {
      const id = (event.data.event.data as { scrape_log_id?: unknown } | undefined)?.scrape_log_id;
      if (typeof id === "string") await failScrapeLog(id, error.message);
    },
  },
  async ({ event, step }) => {
    const data = readData(scrapeRequested, event.data);
    const { provider_id, provider_slug, provider_name, scrape_log_id, scrape_urls } = data;
    await step.run("start-scrape-log", () => startScrapeLog(scrape_log_id));
    const pages = await Promise.all(
      scrape_urls.map((url, n) =>
        step.run(`extract-page-${n + 1}`, async () => ({ url, products: await extractProducts(url) })),
      ),
    );
    const products = await step.run("normalize-products", () => {
      const found = new Map(
        pages
          .flatMap((page) => normalizeProducts(page.products, page.url))
          .map((product) => [product.product_key, product]),
      );
      if (found.size === 0) throw new Error("No product that was found has a price that can be read.");
      return [...found.values()];
    });
    const saved = await step.run("update-database", () => saveProducts(provider_id, scrape_log_id, products));
    const changes = saved.changes.filter(({ percent }) => Math.abs(percent) >= significantPercent());
    if (changes.length > 0) {
      await step.sendEvent("send-price-alert", {
        id: `alert-${scrape_log_id}`,
        name: priceAlert.name,
        data: { provider_id, provider_slug, provider_name, scrape_log_id, changes },
      });
    }
    return { found: saved.found, added: saved.added, changes: saved.changes.length, alerted: changes.length };
  },
);
