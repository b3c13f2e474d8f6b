/**
 * `/v0/runs/:id`: what an app fetches when its call said `use_api`. See docs/api.md#for-sdks.
 */
import { eventsText, stepsText } from "../../core/call/build-call.ts";
import { isEnded } from "../../domain/run/run.ts";
import type { Execution } from "../../ports/store.ts";
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";
import { readId } from "../query.ts";

export function addRunStateRoutes(app: Api, { engine, store, respond }: ApiParts): void {
  const answer = async (c: ApiContext, write: (execution: Execution) => string): Promise<Response> => {
    const id = readId(c, "id", "run");
    const execution = await store.loadExecution(id);
    if (execution !== null && !isEnded(execution.run.status)) return respond.raw(200, write(execution));
    return respond.json(410, {
      error: `runtime state is no longer available for runID: ${id}`,
      data: null,
      status: 410,
    });
  };
  app.get("/v0/runs/:id/actions", (c) => answer(c, stepsText));
  app.get("/v0/runs/:id/batch", (c) => answer(c, eventsText));
  app.delete("/v0/runs/:id", async (c) => {
    await engine.cancelRun(readId(c, "id", "run"));
    return respond.empty(204);
  });
}
