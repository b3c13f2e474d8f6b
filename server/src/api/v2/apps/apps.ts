/** `/v2/apps` and `/v2/functions`: what is served, with its settings, and starting one of it. See docs/api.md#apps-and-functions. */
import type { AppRecord, FunctionRecord } from "../../../domain/app.ts";
import { EngineError } from "../../../domain/error.ts";
import type { PauseRecord } from "../../../domain/pause.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { answerRuns } from "../runs/runs.ts";
import { findApp, findFunction, readObject, type V2Parts } from "../v2-parts.ts";
import { presentAppV2, presentFunctionV2 } from "./present-app.ts";

function isPaused(fn: FunctionRecord, pauses: readonly PauseRecord[]): boolean {
  return pauses.some(({ scope, targetId }) =>
    scope === "function" ? targetId === fn.id : !fn.flow.exemptFromPauses && (scope === "all" || targetId === fn.appId),
  );
}

async function invoke(c: ApiContext, parts: V2Parts, fn: FunctionRecord): Promise<Response> {
  const body = await readObject(c, 'an object like {"data":{}}');
  const { idempotencyKey } = body;
  if (idempotencyKey !== undefined && (typeof idempotencyKey !== "string" || idempotencyKey === ""))
    throw new EngineError("invalid_request", "`idempotencyKey` must be a text that is not empty.");
  const { runId, outcome } = await parts.engine.invoke({
    slug: fn.slug,
    body,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  if (outcome === "skipped")
    return parts.refuse(422, "function_skipped", `Function "${fn.slug}" was not started; run ${runId} says why.`);
  return parts.answer({ runId, outcome }, outcome === "repeated" ? 409 : 200);
}

export function addAppRoutesV2(app: Api, parts: V2Parts): void {
  const { engine, answer, answerPage } = parts;
  const countOf = (record: AppRecord): number => engine.functions().filter(({ appId }) => appId === record.id).length;
  const named = (c: ApiContext): AppRecord => findApp(parts, c.req.param("app") ?? "");
  const functionOf = (c: ApiContext): Promise<FunctionRecord> =>
    findFunction(parts, c.req.param("fn") ?? "", c.req.param("app") === undefined ? null : named(c));
  const present = async (functions: readonly FunctionRecord[]): Promise<unknown[]> => {
    const pauses = await engine.operations.pauses();
    const apps = new Map(engine.apps().map((record) => [record.id, record]));
    return functions.map((fn) => presentFunctionV2(fn, apps.get(fn.appId) ?? null, isPaused(fn, pauses)));
  };
  const whole = (data: readonly unknown[]): Response =>
    answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });

  app.get("/apps", () => whole(engine.apps().map((record) => presentAppV2(record, countOf(record)))));
  app.get("/apps/:app", (c) => answer(presentAppV2(named(c), countOf(named(c)))));
  app.get("/apps/:app/functions", async (c) => {
    const { id } = named(c);
    return whole(await present(engine.functions().filter(({ appId }) => appId === id)));
  });
  app.get("/functions", async () => whole(await present(engine.functions())));
  for (const base of ["/apps/:app/functions/:fn", "/functions/:fn"]) {
    app.get(base, async (c) => answer((await present([await functionOf(c)]))[0]));
    app.get(`${base}/runs`, async (c) => answerRuns(c, parts, [(await functionOf(c)).id]));
    app.post(`${base}/invoke`, async (c) => invoke(c, parts, await functionOf(c)));
  }
}
