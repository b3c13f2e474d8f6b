/**
 * `/v0/runs/:id`: what an app fetches when its call said `use_api`. Source: reference/server.md §2.3.
 */
import { isEnded } from "../../domain/run.ts";
import type { Execution } from "../../ports/store.ts";
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";
import { readId } from "../query.ts";

/** Memos and data are JSON texts: they are put together, not parsed. */
function actionsJson(execution: Execution): string {
  return `{${execution.ended.map(({ id, memo }) => `${JSON.stringify(id)}:${memo ?? "null"}`).join(",")}}`;
}

function batchJson(execution: Execution): string {
  const events = execution.events.map(({ data, id, name, ts, v }) => {
    const version = v === null ? "" : `,"v":${JSON.stringify(v)}`;
    return `{"data":${data},"id":${JSON.stringify(id)},"name":${JSON.stringify(name)},"ts":${ts},"user":{}${version}}`;
  });
  return `[${events.join(",")}]`;
}

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
  app.get("/v0/runs/:id/actions", (c) => answer(c, actionsJson));
  app.get("/v0/runs/:id/batch", (c) => answer(c, batchJson));
  app.delete("/v0/runs/:id", async (c) => {
    await engine.cancelRun(readId(c, "id", "run"));
    return respond.empty(204);
  });
}
