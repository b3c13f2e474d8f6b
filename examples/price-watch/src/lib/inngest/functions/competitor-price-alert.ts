/** Tells people of significant price changes. Started by `competitor/price.alert`. */
import { recordAlert, sendAlert, textOfAlert } from "../../competitors/alerts.ts";
import { inngest } from "../client.ts";
import { priceAlert, readData } from "../events.ts";

export const competitorPriceAlert = inngest.createFunction(
  {
    id: "competitor-price-alert",
    name: "Tell of price changes",
    triggers: [{ event: priceAlert.name }],
    retries: 2,
  },
  async ({ event, step }) => {
    const { provider_name, scrape_log_id, changes } = readData(priceAlert, event.data);
    const text = textOfAlert(provider_name, changes);
    const isOpen = await step.run("record-alert", () => recordAlert(scrape_log_id, text));
    return isOpen ? step.run("send-notification", () => sendAlert(scrape_log_id, text)) : "sent before";
  },
);
