/** `POST /v1/runs/:id/metadata`: says more about a run or one of its steps. See docs/api.md#metadata. */
import type { Api, ApiParts } from "../api-parts.ts";
import { bodyLimits, parseBody, readText } from "../body.ts";
import { envelope, presentMetadata } from "../present.ts";
import { readId } from "../query.ts";

export function addRunMetadataRoutes(app: Api, { engine, clock, respond }: ApiParts): void {
  app.post("/v1/runs/:id/metadata", async (c) => {
    const runId = readId(c, "id", "run");
    const body = parseBody(await readText(c, bodyLimits.invoke), "the metadata of a run");
    const entries = await engine.operations.addMetadata(runId, body);
    return respond.json(200, envelope(entries.map(presentMetadata), clock.now()));
  });
}
