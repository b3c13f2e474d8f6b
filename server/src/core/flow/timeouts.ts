/**
 * Timeouts: a run that does not begin, or does not end, in time is cancelled. Both are queue items with a due time.
 * Called by start-run and execute-item.
 */
import type { FunctionRecord } from "../../domain/app.ts";
import type { QueuePut } from "../../domain/queue/queue-item.ts";
import { timeoutPut } from "../../domain/queue/queue-puts.ts";
import type { RunRecord } from "../../domain/run/run.ts";

/** Counts from the time at which the run may begin. Null for a function without a start timeout. */
export function startTimeout(fn: FunctionRecord, run: RunRecord, startsAt: number): QueuePut | null {
  const { startMs } = fn.flow.timeouts;
  return startMs === null ? null : timeoutPut(run, { kind: "start", timeoutMs: startMs }, startsAt);
}

/** Counts from the run's first call. Null for a run without a finish timeout. */
export function finishTimeout(run: RunRecord): QueuePut | null {
  if (run.finishTimeoutMs === null || run.startedAt === null) return null;
  return timeoutPut(run, { kind: "finish", timeoutMs: run.finishTimeoutMs }, run.startedAt);
}
