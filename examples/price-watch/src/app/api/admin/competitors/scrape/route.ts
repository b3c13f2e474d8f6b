/** "Scrape now": writes a scrape log and sends the event. Waits for no scrape. */
import { asAdmin, readJson } from "../../../../../lib/admin.ts";
import { requestScrape } from "../../../../../lib/competitors/request-scrape.ts";

export const POST = (request: Request): Promise<Response> =>
  asAdmin(request, async () => {
    const { provider_id: id } = ((await readJson(request)) ?? {}) as { provider_id?: unknown };
    if (typeof id !== "string") return Response.json({ error: 'Expected {"provider_id":"…"}.' }, { status: 400 });
    const asked = await requestScrape(id);
    if (asked.kind === "unknown") return Response.json({ error: `There is no provider ${id}.` }, { status: 404 });
    if (asked.kind === "unreachable") {
      const error = "The job engine cannot be reached, so nothing was started. Try again in a moment.";
      return Response.json({ error, scrape_log_id: asked.scrapeLogId }, { status: 503 });
    }
    return Response.json({ status: "pending", scrape_log_id: asked.scrapeLogId }, { status: 202 });
  });
