/** The client and the three background functions. Served by `src/app/api/inngest/route.ts`. */
import { competitorPriceAlert } from "./functions/competitor-price-alert.ts";
import { competitorScheduledScrape } from "./functions/competitor-scheduled-scrape.ts";
import { competitorScrape } from "./functions/competitor-scrape.ts";

export { inngest } from "./client.ts";
export const functions = [competitorScrape, competitorPriceAlert, competitorScheduledScrape];
