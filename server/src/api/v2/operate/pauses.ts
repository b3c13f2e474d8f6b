/** `/v2/pauses`: what is paused, by whom and why; pausing and resuming. */

import type { PauseRecord } from "../../../domain/pause.ts";
import { authorOf } from "../../access/author-of.ts";
import type { PauseAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { iso } from "../../moment.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";

/** What people call the target; null for everything. */
function nameOf({ engine }: V2Parts, { scope, targetId }: PauseRecord): string | null {
  if (scope === "all") return null;
  if (scope === "function") return engine.functionById(targetId)?.slug ?? targetId;
  return engine.apps().find(({ id }) => id === targetId)?.name ?? targetId;
}

function present(parts: V2Parts, pause: PauseRecord): PauseAnswer {
  const { scope, reason, author, arriving } = pause;
  return { scope, target: nameOf(parts, pause), reason, author, arriving, pausedAt: iso(pause.at) };
}

/** From the body, or from the query for clients whose DELETE has no body. */
async function readTarget(c: ApiContext): Promise<Record<string, unknown>> {
  const body = await readObject(c, 'an object like {"scope":"app","target":"shop"}');
  return Object.keys(body).length > 0 ? body : { scope: c.req.query("scope"), target: c.req.query("target") };
}

export function addPauseRoutes(app: Api, parts: V2Parts): void {
  const { engine, answer, answerPage } = parts;
  const resume = async (c: ApiContext): Promise<Response> => {
    return answer({ resumed: await engine.operations.resume(await readTarget(c)) });
  };

  app.get("/pauses", async () => {
    const pauses = await engine.operations.pauses();
    const data = pauses.map((pause) => present(parts, pause));
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
  app.post("/pauses", async (c) => {
    const what = 'an object like {"scope":"app","target":"shop","reason":"deploy","author":"ana"}';
    const body = await readObject(c, what);
    const pause = await engine.operations.pause({ ...authorOf(c), ...body });
    return answer(present(parts, pause), 201);
  });
  app.delete("/pauses", resume);
  app.post("/pauses/resume", resume);
}
