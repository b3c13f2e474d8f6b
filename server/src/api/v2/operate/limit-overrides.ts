/** `/v2/limit-overrides`: limits of functions that people have set over those of the code; setting and resetting them. */
import { authorOf } from "../../access/author-of.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { presentOverride } from "../present-limits.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";

const example =
  '{"function":"shop-charge","control":"concurrency","limit":2,"reason":"partner is slow","author":"ana"}';

/** From the body, or from the query for clients whose DELETE has no body. */
async function readTarget(c: ApiContext): Promise<Record<string, unknown>> {
  const body = await readObject(c, 'an object like {"function":"shop-charge","control":"concurrency"}');
  if (Object.keys(body).length > 0) return body;
  return { function: c.req.query("function"), control: c.req.query("control"), key: c.req.query("key") };
}

export function addLimitOverrideRoutes(app: Api, parts: V2Parts): void {
  const { engine, answer, answerPage } = parts;
  app.get("/limit-overrides", async () => {
    const overrides = await engine.operations.limitOverrides();
    const data = overrides.map((override) => presentOverride(override, engine.functionById(override.functionId)));
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
  app.post("/limit-overrides", async (c) => {
    const body = await readObject(c, `an object like ${example}`);
    const override = await engine.operations.setLimit({ ...authorOf(c), ...body });
    return answer(presentOverride(override, engine.functionById(override.functionId)), 201);
  });
  const reset = async (c: ApiContext): Promise<Response> => {
    const gone = await engine.operations.resetLimits(await readTarget(c));
    return answer({ reset: gone.map((one) => presentOverride(one, engine.functionById(one.functionId))) });
  };
  app.delete("/limit-overrides", reset);
  app.post("/limit-overrides/reset", reset);
}
