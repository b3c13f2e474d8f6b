/**
 * `POST /hooks/:token`: what others deliver to a webhook becomes events by its transform. What got its 200 is on disk. Answers like
 * the event API. See docs/webhooks.md. Must never log the token, which is a key.
 */
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";
import { requestHeader } from "../api-parts.ts";
import { bodyLimits, readBytes } from "../body.ts";
import { toProblem } from "../problem.ts";

/** A parameter that comes once is a text, one that comes again a list of them. */
function queryOf(c: ApiContext): Record<string, string | string[]> {
  const all = Object.entries(c.req.queries());
  return Object.fromEntries(all.map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]));
}

export function addHookRoutes(app: Api, { engine, logger, respond }: ApiParts): void {
  const { webhooks } = engine;

  const read = async (c: ApiContext, token: string): Promise<Uint8Array<ArrayBuffer>> => {
    try {
      return await readBytes(c, bodyLimits.webhook);
    } catch (error) {
      const contentType = requestHeader(c, "content-type");
      const sizeBytes = Number(requestHeader(c, "content-length") ?? 0);
      await webhooks.refused(token, { contentType, sizeBytes }, error);
      throw error;
    }
  };

  app.post("/hooks/:token", async (c) => {
    const token = c.req.param("token");
    try {
      const bytes = await read(c, token);
      const contentType = requestHeader(c, "content-type");
      const { ids } = await webhooks.deliver(token, {
        bytes,
        contentType,
        headers: c.req.header(),
        query: queryOf(c),
      });
      return respond.json(200, { ids, status: 200 });
    } catch (error) {
      const { status, message } = toProblem(error, logger, "POST /hooks/:token");
      return respond.json(status, { ids: [], status, error: message });
    }
  });
}
