/**
 * `GET /v2/run-states`: runs by their ids, each with what it waits for. Pages that show a list ask for those that are in
 * sight, so that a list itself costs one query.
 */
import { isEnded, type RunRecord } from "../../../domain/run/run.ts";
import type { RunStateAnswer } from "../../answers.ts";
import type { Api } from "../../api-parts.ts";
import { readList } from "../../openapi/check-request.ts";
import { runIdsMax } from "../../openapi/docs/runs.ts";
import { createLookup } from "../lookup.ts";
import type { V2Parts } from "../v2-parts.ts";
import { presentRunV2 } from "./present-run.ts";

export function addRunStateRoutesV2(app: Api, parts: V2Parts): void {
  const { engine, store, answerPage } = parts;
  const lookup = createLookup(parts);
  const present = async (run: RunRecord): Promise<RunStateAnswer> => ({
    ...presentRunV2(run, lookup, false),
    waits: isEnded(run.status) ? [] : await engine.operations.explain(run.id),
  });
  /** Those that are gone are left out. */
  app.get("/run-states", async (c) => {
    const runs = await Promise.all([...new Set(readList(c, "runId"))].map((id) => store.getRun(id)));
    const known = runs.filter((run): run is RunRecord => run !== null);
    return answerPage(await Promise.all(known.map(present)), { cursor: null, limit: runIdsMax });
  });
}
