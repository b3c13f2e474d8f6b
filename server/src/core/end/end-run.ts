/**
 * Ends runs before their time: cancelled by people, by an event, by a timeout, or because another run took their place.
 * Called by cancel, execute-item (`cancel` and `timeout` items) and by whoever ends many runs at once.
 *
 * Main file of the room `end`. The end of a run, whoever ends it, and who is told of it.
 */
import type { FunctionRecord } from "../../domain/app.ts";
import { type LeaseToken, leaseOf, type QueueItem, type QueueItemOf } from "../../domain/queue-item.ts";
import type { TimeoutPayload } from "../../domain/queue-payloads.ts";
import { isEnded, type RunRecord } from "../../domain/run.ts";
import type { Execution } from "../../ports/store.ts";
import { finishTimeout } from "../flow/timeouts.ts";
import type { Parts } from "../parts/parts.ts";
import type { Worker } from "../work/worker.ts";
import { finishRun, type RunEnd } from "./finish-run.ts";
import { tellEnd } from "./tell-end.ts";

export interface CancelOptions {
  /** For people. */
  reason: string;
  /** The item that is worked on, which this settles. Null: none. */
  lease: LeaseToken | null;
}

/**
 * Cancels a run that is open: its calls are aborted, its items leave the queue, others hear of it.
 * Resolves with false when there is no such run or it has ended.
 */
export async function cancelOpenRun(
  parts: Parts,
  worker: Worker,
  runId: string,
  { reason, lease }: CancelOptions,
): Promise<boolean> {
  const execution = await parts.store.loadExecution(runId);
  const fn = execution === null ? null : parts.registry.functionById(execution.run.functionId);
  if (execution === null || fn === null || isEnded(execution.run.status)) return dropItem(worker, lease);
  const now = parts.clock.now();
  const end: RunEnd = { status: "Cancelled", output: null, reason };
  const finished = finishRun(parts, execution.run, fn, execution.events, end, now);
  const result = await worker.commit(
    { lease, openRun: runId, ...finished },
    lease === null ? "new" : "continues",
    () => {
      worker.abortRun(runId);
      tellEnd(parts, execution.run, fn, end, now);
    },
  );
  return result.ok || dropItem(worker, lease);
}

async function dropItem(worker: Worker, lease: LeaseToken | null): Promise<false> {
  if (lease !== null) await worker.commit({ lease }, "continues");
  return false;
}

/** For a run that the store has ended: the lifecycle events, and what its end starts. */
async function tellOfEnd(
  parts: Parts,
  worker: Worker,
  execution: Execution,
  fn: FunctionRecord,
  lease: LeaseToken,
): Promise<void> {
  const { run, events } = execution;
  const now = parts.clock.now();
  const end: RunEnd = { status: "Cancelled", output: null, reason: run.reason };
  const { run: _written, ...rest } = finishRun(parts, run, fn, events, end, now);
  await worker.commit({ lease, ...rest }, "continues", () => tellEnd(parts, run, fn, end, now));
}

export async function fireCancel(parts: Parts, worker: Worker, item: QueueItemOf<"cancel">): Promise<void> {
  const lease = leaseOf(item);
  const { reason, ended = false } = item.payload;
  if (!ended) await cancelOpenRun(parts, worker, item.runId, { reason, lease });
  else await fireEnded(parts, worker, item.runId, lease);
}

async function fireEnded(parts: Parts, worker: Worker, runId: string, lease: LeaseToken): Promise<void> {
  const execution = await parts.store.loadExecution(runId);
  const fn = execution === null ? null : parts.registry.functionById(execution.run.functionId);
  worker.abortRun(runId);
  if (execution === null || fn === null) await dropItem(worker, lease);
  else await tellOfEnd(parts, worker, execution, fn, lease);
}

function hasTimedOut(run: RunRecord, kind: TimeoutPayload["kind"]): boolean {
  return kind === "start" ? run.status === "Queued" : !isEnded(run.status);
}

export async function fireTimeout(parts: Parts, worker: Worker, item: QueueItemOf<"timeout">): Promise<void> {
  const lease = leaseOf(item);
  const { kind, timeoutMs } = item.payload;
  const run = await parts.store.getRun(item.runId);
  if (run === null || !hasTimedOut(run, kind)) {
    await dropItem(worker, lease);
    return;
  }
  const what = kind === "start" ? "it did not begin" : "it did not end";
  const reason = `timed out: ${what} within ${timeoutMs / 1000} s (timeouts.${kind})`;
  await cancelOpenRun(parts, worker, run.id, { reason, lease });
}

/** Before the first call of a run: the time that it may take begins. The same item again makes no difference. */
export async function beginFinishTimeout(worker: Worker, run: RunRecord, item: QueueItem): Promise<void> {
  const timeout = finishTimeout(run);
  if (timeout === null) return;
  const lease = leaseOf(item);
  await worker.commit({ lease, settle: { kind: "keep" }, puts: [timeout] }, "new");
}
