/**
 * `GET /v2/run-states`: runs by their ids, each with what it waits for. Pages that show a list ask for those that are in
 * sight, so that a list itself costs one query.
 */
import { EngineError } from "../../domain/error.ts";
import { isUlid } from "../../domain/ids.ts";
import { isEnded, type RunRecord } from "../../domain/run/run.ts";
import type { Api, ApiContext } from "../api-parts.ts";
import { createLookup } from "./lookup.ts";
import { presentRunV2 } from "./present-v2.ts";
import type { V2Parts } from "./v2-parts.ts";

const idsMax = 100;

function readIds(c: ApiContext): string[] {
  const given = (c.req.queries("runId") ?? []).flatMap((text) => text.split(","));
  const ids = [...new Set(given.filter((id) => id !== ""))];
  const wrong = ids.find((id) => !isUlid(id));
  if (wrong !== undefined) throw new EngineError("invalid_request", `Invalid run ID: ${wrong}`);
  if (ids.length <= idsMax) return ids;
  throw new EngineError("invalid_request", `${ids.length} run ids were given, the most is ${idsMax}. Ask in parts.`);
}

export function addRunStateRoutesV2(app: Api, parts: V2Parts): void {
  const { engine, store, answerPage } = parts;
  const lookup = createLookup(parts);
  const present = async (run: RunRecord) => ({
    ...presentRunV2(run, lookup, false),
    waits: isEnded(run.status) ? [] : await engine.operations.explain(run.id),
  });
  /** Those that are gone are left out. */
  app.get("/run-states", async (c) => {
    const runs = await Promise.all(readIds(c).map((id) => store.getRun(id)));
    const known = runs.filter((run): run is RunRecord => run !== null);
    return answerPage(await Promise.all(known.map(present)), { cursor: null, limit: idsMax });
  });
}
