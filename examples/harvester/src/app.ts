/** The app: the jobs for the engine, and a small API for admins. */
import { Hono } from "hono";
import { Inngest } from "stepwell";
import { serve } from "stepwell/hono";
import { createFunctions, discoveryAsked, type HarvesterOptions } from "./functions.ts";
import { createOperations } from "./operations.ts";
import { createSite } from "./outside.ts";

export interface AppOptions {
  engineUrl: string;
  outsideUrl: string;
  /** Null in development. */
  signingKey: string | null;
  /** Default: 10 s. */
  firstRetry?: HarvesterOptions["firstRetry"];
}

/** A reason and a name are asked for: somebody will want to know. */
async function readWhy(request: Request): Promise<{ reason: string; by: string }> {
  const { reason, requestedBy } = (await request.json()) as Record<string, unknown>;
  if (typeof reason === "string" && typeof requestedBy === "string") return { reason, by: requestedBy };
  throw new Error('Expected a body like {"reason":"High error rate","requestedBy":"ana@example.com"}.');
}

export function createApp({ engineUrl, outsideUrl, signingKey, firstRetry = "10s" }: AppOptions): Hono {
  const client = new Inngest({
    id: "harvester",
    baseUrl: engineUrl,
    isDev: signingKey === null,
    ...(signingKey === null ? {} : { signingKey }),
  });
  const operations = createOperations(engineUrl, signingKey);
  const functions = createFunctions({ client, site: createSite(outsideUrl), operations, firstRetry });
  const app = new Hono();
  app.onError((error, c) => c.json({ error: error.message }, 400));
  app.on(["GET", "POST", "PUT"], "/api/inngest", serve({ client, functions }));

  app.post("/api/admin/jobs", async (c) => {
    const { limit = 50, forceRefresh = false } = await c.req.json<{ limit?: number; forceRefresh?: boolean }>();
    return c.json(await client.send(discoveryAsked.create({ limit, refresh: forceRefresh })));
  });
  app.get("/api/admin/kill-switch", async (c) => {
    const [pause] = (await operations.pauses()).filter(({ scope }) => scope === "all");
    return c.json({ active: pause !== undefined, reason: pause?.reason, by: pause?.author });
  });
  app.post("/api/admin/kill-switch", async (c) => {
    const { reason, by } = await readWhy(c.req.raw);
    await operations.stopAll(reason, by);
    return c.json({ active: true, reason, by });
  });
  app.delete("/api/admin/kill-switch", async (c) => {
    await operations.goOn();
    return c.json({ active: false });
  });
  app.get("/api/admin/dead-letter-queue", async (c) => c.json(await operations.deadLetters()));
  app.post("/api/admin/dead-letter-queue/:id/retry", async (c) => c.json(await operations.retry(c.req.param("id"))));
  return app;
}
