/** `POST /v1/signals`: sends a signal to the run that waits for it. */
import type { Api, ApiParts } from "../api-parts.ts";
import { bodyLimits, parseBody, readText } from "../body.ts";
import { envelope } from "../present.ts";

export function addSignalRoutes(app: Api, { engine, clock, respond }: ApiParts): void {
  app.post("/v1/signals", async (c) => {
    const body = parseBody(await readText(c, bodyLimits.invoke), 'a signal like {"signal":"approve-17","data":{}}');
    const { runId } = await engine.signal({ body });
    return respond.json(200, envelope({ run_id: runId }, clock.now()));
  });
}
