/** `/v2/runs`: what ran, why it waits, and running it again. See docs/api.md#runs. */
import { findRuns } from "../../../core/operate/find-runs.ts";
import { EngineError } from "../../../domain/error.ts";
import { isEnded, type RunRecord } from "../../../domain/run/run.ts";
import { viewSteps } from "../../../domain/run/step-view.ts";
import type { WhyAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { readId } from "../../query.ts";
import { createLookup } from "../lookup.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";
import { presentRunV2, statusName } from "./present-run.ts";
import { presentTrace } from "./present-trace.ts";
import { readRunQuery } from "./read-filter.ts";

async function existing(c: ApiContext, { store }: V2Parts): Promise<RunRecord> {
  const id = readId(c, "id", "run");
  const run = await store.getRun(id);
  if (run === null) throw new EngineError("run_not_found", `There is no run ${id}.`);
  return run;
}

/** The list, for all runs and for those of one function. */
export async function answerRuns(c: ApiContext, parts: V2Parts, functionIds?: string[]): Promise<Response> {
  const { filter, condition, includeOutput } = await readRunQuery(c, parts);
  const narrowed = functionIds === undefined ? filter : { ...filter, functionIds };
  const { runs, cursor } = await findRuns(parts.store, narrowed, condition, parts.clock.now());
  const lookup = createLookup(parts);
  const data = runs.map((run) => presentRunV2(run, lookup, includeOutput));
  return parts.answerPage(data, { cursor, limit: filter.limit });
}

async function cancel(c: ApiContext, parts: V2Parts): Promise<Response> {
  const run = await existing(c, parts);
  if (isEnded(run.status)) {
    const code = run.status === "Cancelled" ? "run_already_cancelled" : "run_already_ended";
    return parts.refuse(409, code, `Run ${run.id} has ended already (${run.status}); there is nothing left to cancel.`);
  }
  await parts.engine.cancelRun(run.id);
  return parts.answer({ runId: run.id });
}

export function addRunRoutesV2(app: Api, parts: V2Parts): void {
  const { engine, store, answer } = parts;
  const lookup = createLookup(parts);
  const wantsOutput = (c: ApiContext): boolean => c.req.query("includeOutput") === "true";

  app.get("/runs", (c) => answerRuns(c, parts));
  app.get("/runs/:id", async (c) => answer(presentRunV2(await existing(c, parts), lookup, true)));
  app.get("/runs/:id/trace", async (c) => {
    const run = await existing(c, parts);
    const [steps, attempts, metadata] = await Promise.all([
      store.listSteps(run.id),
      store.listAttempts(run.id),
      store.listMetadata(run.id),
    ]);
    const seen = { run, steps: viewSteps(run, steps, attempts), attempts, metadata };
    return answer(presentTrace(seen, lookup, wantsOutput(c)));
  });
  app.get("/runs/:id/why", async (c) => {
    const run = await existing(c, parts);
    const why: WhyAnswer = {
      runId: run.id,
      status: statusName(run.status),
      waits: await engine.operations.explain(run.id),
    };
    return answer(why);
  });
  app.post("/runs/:id/rerun", async (c) => {
    const body = await readObject(c, 'an object like {"fromStep":{"stepId":"…"}}, or nothing');
    return answer(await engine.operations.rerun(readId(c, "id", "run"), body));
  });
  app.post("/runs/:id/cancel", (c) => cancel(c, parts));
}
