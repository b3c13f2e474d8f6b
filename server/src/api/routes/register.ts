/**
 * Registration: apps tell what they serve, and that they no longer do. Recordings: test/protocol/fixtures/sync.json.
 */
import { headerKeys, queryKeys } from "stepwell/protocol";
import { EngineError } from "../../domain/error.ts";
import type { Api, ApiParts } from "../api-parts.ts";
import { requestHeader } from "../api-parts.ts";
import { bodyLimits, parseBody, readText } from "../body.ts";
import { problemBody, toProblem } from "../problem.ts";

export function addRegisterRoutes(app: Api, { engine, logger, respond, serverKind }: ApiParts): void {
  app.post("/fn/register", async (c) => {
    try {
      const expected = requestHeader(c, headerKeys.expectedServerKind);
      if (expected !== null && expected !== serverKind) {
        throw new EngineError(
          "invalid_request",
          `Expected server kind ${expected}, got ${serverKind}. ${serverKind === "dev" ? "Run the app in dev mode (INNGEST_DEV=1)" : "Run the app in cloud mode, with its signing key"}, or point it at another engine.`,
        );
      }
      const body = parseBody(await readText(c, bodyLimits.register), "a registration");
      const { modified, appId, syncId, message, warnings } = await engine.register(
        body,
        c.req.query(queryKeys.deployId) ?? null,
      );
      // SDKs show `error` to whoever asked the app to register, whatever the status.
      const said = message === null ? {} : { message, error: message };
      const told = warnings.length === 0 ? {} : { warnings };
      return respond.json(200, { ok: true, status: 200, modified, app_id: appId, sync_id: syncId, ...said, ...told });
    } catch (error) {
      const problem = toProblem(error, logger, "POST /fn/register");
      return respond.json(problem.status, { ok: false, modified: false, ...problemBody(problem) });
    }
  });

  app.delete("/fn/remove", async (c) => {
    const url = c.req.query("url");
    if (url === undefined || url === "") {
      throw new EngineError(
        "invalid_request",
        "The query parameter `url` is missing: give the URL of the app to remove.",
      );
    }
    await engine.removeApp(url);
    return respond.json(200, { ok: true, status: 200 });
  });
}
