/**
 * `POST /v2/run-actions`: one thing done to runs that someone picked, by their ids. For all that a filter finds there are
 * bulk jobs. Each is done or not by itself, and the answer says of each how it went.
 */
import { EngineError, isEngineError } from "../../domain/error.ts";
import { isUlid } from "../../domain/ids.ts";
import type { Api } from "../api-parts.ts";
import { inBatches } from "../in-batches.ts";
import { toProblem } from "../problem.ts";
import { readObject, type V2Parts } from "./v2-parts.ts";

const idsMax = 1000;

const actions = ["cancel", "rerun", "retry", "drop"] as const;
type Action = (typeof actions)[number];

/** Resolves with the id of a run that was started; null for none. */
type Act = (runId: string) => Promise<string | null>;

function actOf({ engine }: V2Parts, action: Action): Act {
  const { operations } = engine;
  const acts: Readonly<Record<Action, Act>> = {
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

function readRequest(body: Record<string, unknown>): { action: Action; runIds: string[] } {
  const action = actions.find((known) => known === body.action);
  if (action === undefined)
    throw new EngineError("invalid_request", `\`action\` must be one of ${actions.join(", ")}.`);
  const { runIds } = body;
  if (!Array.isArray(runIds) || runIds.length === 0 || runIds.length > idsMax || !runIds.every(isUlidText))
    throw new EngineError("invalid_request", `\`runIds\` must be a list of 1 to ${idsMax} ids of runs.`);
  return { action, runIds: [...new Set(runIds)] };
}

function isUlidText(value: unknown): value is string {
  return typeof value === "string" && isUlid(value);
}

export function addRunActionRoutes(app: Api, parts: V2Parts): void {
  app.post("/run-actions", async (c) => {
    const { action, runIds } = readRequest(await readObject(c, 'an object like {"action":"cancel","runIds":["…"]}'));
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
    const results = await inBatches(runIds, one);
    return parts.answer({ action, done: results.filter(({ isDone }) => isDone).length, results });
  });
}
