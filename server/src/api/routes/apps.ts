/** `/v1/apps`: what is served here, and adding an app by its URL. */
import { EngineError } from "../../domain/error.ts";
import { shownUrl } from "../../domain/shown-url.ts";
import type { Api, ApiParts } from "../api-parts.ts";
import { bodyLimits, parseBody, readText } from "../body.ts";
import { envelope, presentApp, presentFunction } from "../present.ts";

function readUrl(body: unknown): string {
  const url = typeof body === "object" && body !== null && "url" in body ? body.url : undefined;
  if (typeof url === "string" && /^https?:\/\//i.test(url) && URL.canParse(url)) return url;
  throw new EngineError(
    "invalid_request",
    'Expected a body like {"url":"http://localhost:3000/api/inngest"}, with an http or https URL.',
  );
}

export function addAppRoutes(app: Api, { engine, clock, respond }: ApiParts): void {
  app.get("/v1/apps", () => {
    const functions = engine.functions();
    const apps = engine
      .apps()
      .map((record) => presentApp(record, functions.filter(({ appId }) => appId === record.id).length));
    return respond.json(200, envelope(apps, clock.now()));
  });

  app.post("/v1/apps", async (c) => {
    const url = readUrl(parseBody(await readText(c, bodyLimits.small), "an object with `url`"));
    const outcome = await engine.syncUrl(url, "operator");
    if (outcome.kind === "failed")
      throw new EngineError("sync_failed", outcome.message, { data: { url: shownUrl(url), code: outcome.code } });
    const modified = outcome.kind === "registered" ? outcome.modified : true;
    return respond.json(200, envelope({ url: shownUrl(url), modified }, clock.now()));
  });

  app.get("/v1/apps/:name/functions", (c) => {
    const name = c.req.param("name");
    const found = engine.apps().find((record) => record.name === name);
    if (found === undefined)
      throw new EngineError("app_not_found", `There is no app "${name}". GET /v1/apps lists those that are synced.`);
    return respond.json(
      200,
      engine
        .functions()
        .filter(({ appId }) => appId === found.id)
        .map(presentFunction),
    );
  });
}
