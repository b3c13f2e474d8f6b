/**
 * Stands in for the world outside: two competitors' sites, Firecrawl, which reads them, and the webhook of the alerts. Sites
 * change their prices, Firecrawl can be told to be busy, to stall and to fail. Called by `start.ts` and tests.
 */
import { serve } from "@hono/node-server";
import { Hono } from "hono";

export interface Outside {
  /** Address of a page of a site: `mtn/fibre`. */
  page(name: string): string;
  /** What is written on pages: product by product, name and price. */
  pages: Map<string, [name: string, price: string][]>;
  /** How many more requests Firecrawl answers in a bad way. */
  busy: number;
  broken: number;
  withoutCredit: boolean;
  /** Pages whose reading is held until `release`. */
  held: Set<string>;
  release(): void;
  /** Pages that Firecrawl was asked to read, in order. */
  read: string[];
  /** Texts of alerts, by their idempotency key. */
  alerts: Map<string, string>;
  alertsBroken: number;
  /** Variables for the app. */
  env: Record<string, string>;
  close(): Promise<void>;
}

const escapeHtml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** What an LLM makes of a page. */
async function extract(url: string): Promise<{ name: string; price: string }[]> {
  const html = await (await fetch(url)).text();
  return [...html.matchAll(/<li><b>(.*?)<\/b> for (.*?)<\/li>/g)].map(([, name = "", price = ""]) => ({ name, price }));
}

function addRoutes(app: Hono, outside: Outside, wait: () => Promise<void>): void {
  app.get("/sites/:site/:page", (c) => {
    const { site, page } = c.req.param();
    const products = outside.pages.get(`${site}/${page}`) ?? [];
    const items = products.map(([name, price]) => `<li><b>${escapeHtml(name)}</b> for ${escapeHtml(price)}</li>`);
    return c.html(`<!doctype html><title>${site}</title><ul>${items.join("")}</ul>`);
  });
  app.post("/v1/scrape", async (c) => {
    if (c.req.header("authorization") !== "Bearer fc-key")
      return c.json({ success: false, error: "Unauthorized" }, 401);
    const { url } = await c.req.json<{ url: string }>();
    const name = url.replace(/^.*\/sites\//, "");
    outside.read.push(name);
    if (outside.held.has(name)) await wait();
    if (outside.withoutCredit) return c.json({ success: false, error: "Insufficient credits" }, 402);
    if (outside.busy-- > 0)
      return c.json({ success: false, error: "Rate limit exceeded" }, 429, { "retry-after": "1" });
    if (outside.broken-- > 0) return c.json({ success: false, error: "The page timed out." }, 500);
    return c.json({ success: true, data: { json: { products: await extract(url) } } });
  });
  app.post("/alerts", async (c) => {
    if (outside.alertsBroken-- > 0) return c.text("no", 500);
    const { text } = await c.req.json<{ text: string }>();
    outside.alerts.set(c.req.header("idempotency-key") ?? "", text);
    return c.text("ok");
  });
}

export async function startOutside(): Promise<Outside> {
  const app = new Hono();
  const waiting = new Set<() => void>();
  const { server, url } = await new Promise<{ server: ReturnType<typeof serve>; url: string }>((resolve) => {
    const made = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      resolve({ server: made, url: `http://127.0.0.1:${port}` }),
    );
  });
  const outside: Outside = {
    page: (name) => `${url}/sites/${name}`,
    pages: new Map(),
    busy: 0,
    broken: 0,
    withoutCredit: false,
    held: new Set(),
    release() {
      outside.held.clear();
      for (const go of waiting) go();
      waiting.clear();
    },
    read: [],
    alerts: new Map(),
    alertsBroken: 0,
    env: {
      FIRECRAWL_API_URL: url,
      FIRECRAWL_API_KEY: "fc-key",
      FIRECRAWL_TIMEOUT_MS: "1500",
      ALERT_WEBHOOK_URL: `${url}/alerts`,
      ADMIN_PASSWORD: "secret",
    },
    async close() {
      outside.release();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
  addRoutes(app, outside, () => new Promise<void>((resolve) => waiting.add(resolve)));
  return outside;
}
