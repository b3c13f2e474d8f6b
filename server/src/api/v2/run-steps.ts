/** `GET /v2/runs/:id/steps/:step`: one step with all that it holds, so that a trace need not load what nobody looks at. */
import { EngineError } from "../../domain/error.ts";
import { viewSteps } from "../../domain/run/step-view.ts";
import type { Api } from "../api-parts.ts";
import { presentStep } from "../present.ts";
import { readId } from "../query.ts";
import type { V2Parts } from "./v2-parts.ts";

type Json = Record<string, unknown>;

/** Names of `/v1` as `/v2` writes them, one level deep; what users made is left as it is. */
function toCamel(json: Json): Json {
  const rename = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [rename(name), value]));
}

export function addRunStepRoutes(app: Api, { store, answer }: V2Parts): void {
  app.get("/runs/:id/steps/:step", async (c) => {
    const runId = readId(c, "id", "run");
    const stepId = c.req.param("step") ?? "";
    const run = await store.getRun(runId);
    if (run === null) throw new EngineError("run_not_found", `There is no run ${runId}.`);
    const [steps, attempts, metadata] = await Promise.all([
      store.listSteps(runId),
      store.listAttempts(runId),
      store.listMetadata(runId),
    ]);
    const step = viewSteps(run, steps, attempts).find(({ id }) => id === stepId);
    if (step === undefined)
      throw new EngineError(
        "invalid_request",
        `Run ${runId} has no step ${stepId}. Its trace names those that it has.`,
      );
    const failed = attempts.filter((attempt) => attempt.stepId === stepId);
    const shown = toCamel(presentStep(step, failed, metadata));
    return answer({
      ...shown,
      status: step.status.toUpperCase(),
      failedAttempts: (shown.failedAttempts as Json[]).map(toCamel),
    });
  });
}
