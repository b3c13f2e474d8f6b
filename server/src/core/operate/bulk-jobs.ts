/**
 * Bulk jobs: a filter's runs are worked through in batches, by a queue item that survives a restart. A batch, and how far
 * the job has come with it, are one commit, so nothing is done twice. Runs that are queued later are never touched.
 */
import type { BulkJobRecord, BulkRequest } from "../../domain/bulk-job.ts";
import { EngineError } from "../../domain/error.ts";
import type { QueueItemOf, QueuePut } from "../../domain/queue/queue-item.ts";
import { bulkPut } from "../../domain/queue/queue-puts.ts";
import type { RunRecord } from "../../domain/run/run.ts";
import { compileRunCondition } from "../expression/run-condition.ts";
import { dropped, type Outcome } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";
import { bulkBatches } from "./bulk-batches.ts";
import { matchRuns } from "./find-runs.ts";

/** Runs looked at in one batch. */
const batchSize = 100;

/** The records of a new job, for a transition that begins it, perhaps with other things. */
export function beginBulkJob(
  parts: Pick<Parts, "newId">,
  request: BulkRequest,
  now: number,
): { bulkJob: BulkJobRecord; puts: QueuePut[] } {
  const id = parts.newId(now);
  const bulkJob: BulkJobRecord = {
    id,
    ...request,
    status: "Running",
    cursor: null,
    matched: 0,
    createdAt: now,
    endedAt: null,
  };
  return { bulkJob, puts: [bulkPut(id, now)] };
}

/** @throws EngineError `invalid_expression` */
export async function startBulkJob(parts: Parts, committer: Committer, request: BulkRequest): Promise<BulkJobRecord> {
  if (request.filter.condition !== undefined) compileRunCondition(request.filter.condition);
  const begun = beginBulkJob(parts, request, parts.clock.now());
  await committer.commit({ lease: null, ...begun }, "new");
  return begun.bulkJob;
}

/** What was done stays done. @throws EngineError `job_not_found`, `job_ended` */
export async function stopBulkJob(parts: Parts, committer: Committer, id: string): Promise<void> {
  const job = await parts.store.getBulkJob(id);
  if (job === null) throw new EngineError("job_not_found", `There is no bulk job ${id}.`);
  if (job.status !== "Running")
    throw new EngineError("job_ended", `Bulk job ${id} has ended already (${job.status}), with ${job.matched} runs.`);
  await committer.commit({ lease: null, stopBulkJob: { id, at: parts.clock.now() } }, "new");
}

/** The next runs, oldest first, and the last one looked at. */
async function nextPage({ store }: Parts, job: BulkJobRecord): Promise<{ runs: RunRecord[]; ids: string[] }> {
  const { filter, kind, cursor } = job;
  const { functionIds, statuses, from, until } = filter;
  const page = {
    ...(functionIds === undefined ? {} : { functionIds }),
    ...(cursor === null ? {} : { cursor }),
    order: "oldest" as const,
    before: job.id,
    limit: batchSize,
  };
  const range = { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
  if (kind === "cancel" || kind === "rerun") {
    const runs = await store.listRuns({
      ...page,
      ...(statuses === undefined ? {} : { statuses }),
      time: { field: "queuedAt", ...range },
    });
    return { runs, ids: runs.map(({ id }) => id) };
  }
  const letters = await store.listDeadLetters({ ...page, ...range });
  const runs = await Promise.all(letters.map(({ runId }) => store.getRun(runId)));
  return { runs: runs.filter((run) => run !== null), ids: letters.map(({ runId }) => runId) };
}

/** The next batch. Called by items. */
export async function workBulkJob(parts: Parts, item: QueueItemOf<"bulk">): Promise<Outcome> {
  const job = await parts.store.getBulkJob(item.payload.jobId);
  if (job === null || job.status !== "Running") return dropped;
  const now = parts.clock.now();
  const { runs, ids } = await nextPage(parts, job);
  const { runs: matched } = await matchRuns(parts.store, runs, job.filter.condition, now);
  const writes = await bulkBatches[job.kind](parts, job, matched, now);
  const isLast = ids.length < batchSize;
  const count = (writes.starts ?? writes.puts ?? writes.dropDeadLetters ?? []).length;
  return {
    writes: {
      settle: isLast ? { kind: "done" } : { kind: "retry", attempt: 0, dueAt: now },
      ...writes,
      bulkProgress: { id: job.id, cursor: ids.at(-1) ?? null, matched: count, endedAt: isLast ? now : null },
    },
  };
}
