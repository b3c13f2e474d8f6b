/** `/v1/cancellations`: ends many runs at once. See docs/operations.md#cancel. */

import type { BulkJobRecord } from "../../domain/bulk-job.ts";
import { EngineError } from "../../domain/error.ts";
import type { CancellationV1Answer } from "../answers.ts";
import type { Api, ApiParts } from "../api-parts.ts";
import { iso, isoOrNull } from "../moment.ts";
import { envelope } from "../present.ts";
import { readId } from "../query.ts";
import { type FilterNames, parseBulkFilter, parseReason } from "../v2/runs/read-filter.ts";
import { createV2Parts, readObject } from "../v2/v2-parts.ts";

const names: FilterNames = { app: "app_id", fn: "function_id", from: "started_after", until: "started_before" };
/** How far the end of a range may lie ahead, for clocks that differ, milliseconds. */
const aheadMs = 5000;

function present(job: BulkJobRecord): CancellationV1Answer {
  return {
    id: job.id,
    name: job.reason,
    kind: "bulk_run",
    function_id: job.filter.functionIds?.[0] ?? null,
    function_ids: job.filter.functionIds ?? null,
    started_after: isoOrNull(job.filter.from ?? null),
    started_before: isoOrNull(job.filter.until ?? job.createdAt),
    if: job.filter.condition ?? null,
    status: job.status.toLowerCase(),
    cancelled_count: job.matched,
    queued_at: iso(job.createdAt),
    ended_at: isoOrNull(job.endedAt),
  };
}

export function addCancellationRoutes(app: Api, apiParts: ApiParts): void {
  const parts = createV2Parts(apiParts);
  const { engine, store, clock, respond } = parts;

  app.post("/v1/cancellations", async (c) => {
    const raw = await readObject(c, 'an object like {"app_id":"shop","function_id":"shop-charge"}');
    const filter = await parseBulkFilter(parts, raw, names, ["Queued", "Running"]);
    if (filter.until !== undefined && filter.until > clock.now() + aheadMs)
      throw new EngineError(
        "invalid_request",
        "`started_before` lies in the future: only runs queued until now can be cancelled.",
      );
    const job = await engine.operations.startBulkJob({ kind: "cancel", filter, reason: parseReason(raw) });
    return respond.json(201, envelope(present(job), clock.now()));
  });
  app.get("/v1/cancellations", async () =>
    respond.json(200, envelope((await store.listBulkJobs("cancel")).map(present), clock.now())),
  );
  app.delete("/v1/cancellations/:id", async (c) => {
    await engine.operations.stopBulkJob(readId(c, "id", "cancellation"));
    return respond.empty(204);
  });
}
