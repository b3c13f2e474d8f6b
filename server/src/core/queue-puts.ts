/** Queue items to put: what all kinds share, filled in once. Used all over core. */
import type { FunctionRecord } from "../domain/app.ts";
import { createLane } from "../domain/lane.ts";
import type { QueueItemKind, QueuePut } from "../domain/queue-item.ts";
import type { RunRecord } from "../domain/run.ts";

/** Kinds that call an app, and so wait in a lane. */
export type CallKind = "start" | "discover" | "step" | "request";

/** An item that calls the app of a run, subject to the run's limits, due at once unless `dueAt` says otherwise. */
export function callPut(
  run: RunRecord,
  fn: Pick<FunctionRecord, "retries">,
  item: Pick<QueuePut, "id"> & { kind: CallKind } & Partial<QueuePut>,
): QueuePut {
  return {
    functionId: run.functionId,
    runId: run.id,
    stepId: null,
    attempt: 0,
    maxAttempts: fn.retries + 1,
    dueAt: run.queuedAt,
    rank: run.rank,
    payload: null,
    lane: createLane(run.functionId, run.slots),
    ...item,
  };
}

/** An item that the engine carries out by itself, as soon as its time has come. */
export function systemPut(
  item: Pick<QueuePut, "id" | "functionId" | "dueAt"> & { kind: Exclude<QueueItemKind, CallKind> } & Partial<QueuePut>,
): QueuePut {
  return {
    runId: null,
    stepId: null,
    attempt: 0,
    maxAttempts: 1,
    rank: item.dueAt,
    payload: null,
    lane: null,
    ...item,
  };
}
