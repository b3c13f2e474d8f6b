/**
 * Checkpoints: an app saves steps while its call goes on. Recordings: test/protocol/fixtures/checkpoint.json.
 */
import type { Api, ApiParts } from "../api-parts.ts";
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
}
