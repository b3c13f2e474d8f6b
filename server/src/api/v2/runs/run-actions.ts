/**
 * `POST /v2/run-actions`: one thing done to runs that someone picked, by their ids. For all that a filter finds there are
 * bulk jobs. Each is done or not by itself, and the answer says of each how it went.
 */
import { isEngineError } from "../../../domain/error.ts";
import type { RunActionName } from "../../answers.ts";
import type { Api } from "../../api-parts.ts";
import { inBatches } from "../../in-batches.ts";
import { runActionsRequest } from "../../openapi/docs/runs.ts";
import { toProblem } from "../../problem.ts";
import { readAs, type V2Parts } from "../v2-parts.ts";

/** Resolves with the id of a run that was started; null for none. */
type Act = (runId: string) => Promise<string | null>;

function actOf({ engine }: V2Parts, action: RunActionName): Act {
  const { operations } = engine;
  const acts: Readonly<Record<RunActionName, Act>> = {
    cancel: async (id) => {
      await engine.cancelRun(id);
      return null;
    },
    rerun: async (id) => (await operations.rerun(id, {})).runId,
    retry: async (id) => (await operations.retryDeadLetter(id, {})).runId,
    drop: async (id) => {
      await operations.dropDeadLetter(id);
      return null;
    },
  };
  return acts[action];
}

export function addRunActionRoutes(app: Api, parts: V2Parts): void {
  app.post("/run-actions", async (c) => {
    const what = 'an object like {"action":"cancel","runIds":["…"]}';
    const { action, runIds } = await readAs(c, runActionsRequest, what);
    const act = actOf(parts, action);
    const one = async (runId: string) => {
      try {
        return { runId, isDone: true, startedRunId: await act(runId) };
      } catch (error) {
        const { status, code, message } = toProblem(error, parts.logger, "POST /v2/run-actions");
        // A store that fails is no matter of one run.
        if (status >= 500 && isEngineError(error)) throw error;
        return { runId, isDone: false, startedRunId: null, error: { code, message } };
      }
    };
    const results = await inBatches([...new Set(runIds)], one);
    return parts.answer({ action, done: results.filter(({ isDone }) => isDone).length, results });
  });
}
