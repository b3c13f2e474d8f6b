/** `/v2/cancellations` and `/v2/reruns`: one thing done to all runs that a filter finds. `/v2/bulk-jobs` has those of all kinds. */
import { type BulkJobRecord, type BulkKind, bulkKinds } from "../../../domain/bulk-job.ts";
import { EngineError } from "../../../domain/error.ts";
import type { RunStatus } from "../../../domain/run/run.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { readId } from "../../query.ts";
import { createLookup } from "../lookup.ts";
import { parseBulkFilter, parseReason } from "../runs/read-filter.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";
import { presentBulkJob } from "./present-bulk-job.ts";

const openStatuses: readonly RunStatus[] = ["Queued", "Running"];

/** @throws EngineError `job_not_found` */
async function existing(c: ApiContext, { store }: V2Parts, kinds: readonly BulkKind[]): Promise<BulkJobRecord> {
  const id = readId(c, "id", "job");
  const job = await store.getBulkJob(id);
  if (job === null || !kinds.includes(job.kind))
    throw new EngineError("job_not_found", `There is no bulk job ${id} of this kind.`);
  return job;
}

function addJobs(app: Api, parts: V2Parts, path: string, kinds: readonly [BulkKind, ...BulkKind[]]): void {
  const { engine, store, answer, answerPage } = parts;
  const lookup = createLookup(parts);
  app.get(path, async () => {
    const jobs = await store.listBulkJobs(kinds.length === 1 ? kinds[0] : undefined);
    const data = jobs.map((job) => presentBulkJob(job, lookup));
    return answerPage(data, { cursor: null, limit: 100 });
  });
  app.get(`${path}/:id`, async (c) => answer(presentBulkJob(await existing(c, parts, kinds), lookup)));
  app.delete(`${path}/:id`, async (c) => {
    const { id } = await existing(c, parts, kinds);
    await engine.operations.stopBulkJob(id);
    return answer({ id });
  });
}

export function addBulkJobRoutes(app: Api, parts: V2Parts): void {
  const { engine, answer } = parts;
  const lookup = createLookup(parts);
  addJobs(app, parts, "/cancellations", ["cancel"]);
  addJobs(app, parts, "/reruns", ["rerun"]);
  addJobs(app, parts, "/bulk-jobs", [...bulkKinds]);
  app.post("/cancellations", async (c) => {
    const raw = await readObject(c, 'a filter like {"functionId":"shop-charge","if":"event.data.plan == \'free\'"}');
    const filter = await parseBulkFilter(parts, raw, undefined, openStatuses);
    const job = await engine.operations.startBulkJob({ kind: "cancel", filter, reason: parseReason(raw) });
    return answer(presentBulkJob(job, lookup), 201);
  });
  app.post("/reruns", async (c) => {
    const raw = await readObject(c, 'a filter like {"functionId":"shop-charge","status":"FAILED"}');
    const filter = await parseBulkFilter(parts, raw);
    const job = await engine.operations.startBulkJob({ kind: "rerun", filter, reason: parseReason(raw) });
    return answer(presentBulkJob(job, lookup), 201);
  });
}
