/**
 * Checkpoints: an app saves steps while its call goes on. Source: reference/server.md §2.4.
 */
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";
import { bodyLimits, parseBody, readText } from "../body.ts";
import { toProblem } from "../problem.ts";
import { readId } from "../query.ts";

export function addCheckpointRoutes(app: Api, { engine, logger, respond }: ApiParts): void {
  app.post("/v1/checkpoint/:runId/async", async (c) => {
    try {
      const runId = readId(c, "runId", "run");
      const body = parseBody(await readText(c, bodyLimits.checkpoint), "a checkpoint");
      await engine.checkpoint(runId, body);
      return respond.empty(200);
    } catch (error) {
      const { status, code, message } = toProblem(error, logger, "POST /v1/checkpoint/:runId/async");
      return respond.json(status, { error: message, code, data: { run_id: c.req.param("runId") }, status });
    }
  });

  const notBuilt = (c: ApiContext): Response =>
    respond.json(501, {
      error: `${c.req.method} ${c.req.path} belongs to durable endpoints, which this engine does not have. Checkpoints of functions go to /v1/checkpoint/:runId/async.`,
      code: "not_implemented",
      data: null,
      status: 501,
    });
  app.post("/v1/checkpoint", notBuilt);
  app.post("/v1/http/runs", notBuilt);
  app.post("/v1/checkpoint/:runId/steps", notBuilt);
  app.get("/v1/checkpoint/:runId/output", notBuilt);
}
