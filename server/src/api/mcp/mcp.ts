/**
 * `/mcp`: the Model Context Protocol over streamable HTTP, so that a coding agent can drive and debug runs. See docs/mcp.md. It takes
 * any key of the API; what a tool does asks for its role by itself.
 */
import type { Api, ApiParts } from "../api-parts.ts";
import { bodyLimits, parseBody, readText } from "../body.ts";
import { createAskApi } from "./ask-api.ts";

export function addMcpRoutes(app: Api, parts: ApiParts): void {
  const { clock, logger, respond, version } = parts;

  app.post("/mcp", async (c) => {
    const body = parseBody(await readText(c, bodyLimits.invoke), "a message of the Model Context Protocol");
    // It is large, and most engines are never asked.
    const { answerMcp } = await import("./answer-mcp.ts");
    const { signal } = c.req.raw;
    const headers = new Headers(c.req.raw.headers);
    // What it answers is JSON, whatever the caller says that it takes.
    headers.set("accept", "application/json, text/event-stream");
    const request = new Request("http://engine.invalid/mcp", { method: "POST", headers });
    const world = { ...createAskApi(app, c, parts), clock, signal };
    const answer = await answerMcp({ request, body, world, version, logger });
    const text = await answer.text();
    return text === "" ? respond.empty(202) : respond.raw(answer.status as 200, text);
  });

  // There are no sessions to end, and nothing that is told unasked.
  app.all("/mcp", (c) =>
    respond.json(405, {
      error: `There is no ${c.req.method} /mcp: send messages by POST.`,
      code: "not_found",
      data: null,
      status: 405,
    }),
  );
}
