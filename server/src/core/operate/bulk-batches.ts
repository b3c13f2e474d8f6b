/**
 * What one batch of a bulk job writes, by kind. Called by bulk-jobs.
 */
import type { BulkJobRecord, BulkKind } from "../../domain/bulk-job.ts";
import { isEngineError } from "../../domain/error.ts";
import { cancelPut } from "../../domain/queue/queue-puts.ts";
import { isEnded, type RunRecord } from "../../domain/run/run.ts";
import type { Transition } from "../../domain/transition.ts";
import type { Parts } from "../parts/parts.ts";
import { noEdit, type Repeat, repeatRun } from "./rerun.ts";

export type BulkWrites = Pick<Transition, "starts" | "copies" | "puts" | "dropDeadLetters">;

type WriteBatch = (parts: Parts, job: BulkJobRecord, runs: readonly RunRecord[], now: number) => Promise<BulkWrites>;

/** Each run is ended by an item of its own, as one that is cancelled alone. */
const cancelBatch: WriteBatch = async (_parts, job, runs, now) => {
  const reason = job.reason ?? `cancelled in bulk (${job.id})`;
  const open = runs.filter(({ status }) => !isEnded(status));
  return { puts: open.map((run) => cancelPut(run, reason, now, job.id)) };
};

/** A run that cannot be repeated, as its function is gone, is left out, and that is logged. */
async function tryRepeat(parts: Parts, run: RunRecord, now: number): Promise<Repeat | null> {
  const execution = await parts.store.loadExecution(run.id);
  if (execution === null) return null;
  try {
    return repeatRun(parts, execution, noEdit, now);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    parts.logger.warn({ run: run.id, error: error.message }, "A run could not be repeated in bulk");
    return null;
  }
}

async function repeatAll(parts: Parts, runs: readonly RunRecord[], now: number, areDead: boolean): Promise<BulkWrites> {
  const writes = { starts: [] as Repeat["starts"], copies: [] as Repeat["copies"] };
  for (const run of runs) {
    const repeat = await tryRepeat(parts, run, now);
    if (repeat === null) continue;
    writes.starts.push(...repeat.starts.map((start) => (areDead ? { ...start, deadLetter: run.id } : start)));
    writes.copies.push(...repeat.copies);
  }
  return writes;
}

export const bulkBatches: Record<BulkKind, WriteBatch> = {
  cancel: cancelBatch,
  rerun: (parts, _job, runs, now) => repeatAll(parts, runs, now, false),
  "retry-dead-letters": (parts, _job, runs, now) => repeatAll(parts, runs, now, true),
  "drop-dead-letters": async (_parts, _job, runs) => ({ dropDeadLetters: runs.map(({ id }) => id) }),
};
