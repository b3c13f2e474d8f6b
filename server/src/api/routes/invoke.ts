/** `POST /invoke/:slug`: starts one function. Needs the signing key, since it runs what the keeper of an event key may not know. */
import type { Api, ApiParts } from "../api-parts.ts";
import { bodyLimits, parseBody, readText } from "../body.ts";

export function addInvokeRoutes(app: Api, { engine, respond }: ApiParts): void {
  app.post("/invoke/:slug", async (c) => {
    const text = await readText(c, bodyLimits.invoke);
    const body = text.trim() === "" ? {} : parseBody(text, 'an object like {"data":{}}');
    const { eventId, runId, outcome } = await engine.invoke({ slug: c.req.param("slug"), body });
    return respond.json(200, { id: eventId, status: 200, run_id: runId, outcome });
  });
}
