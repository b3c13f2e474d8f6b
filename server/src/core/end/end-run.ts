/**
 * Ends runs before their time: cancelled by people, by an event, by a timeout, or because another run took their place.
 * Called by cancel and by items (`cancel` and `timeout`). Whoever commits it ends the run's calls.
 *
 * Main file of the room `end`. The end of a run, whoever ends it, and who is told of it.
 */
import type { QueueItemOf } from "../../domain/queue-item.ts";
import type { TimeoutPayload } from "../../domain/queue-payloads.ts";
import { isEnded, type RunRecord } from "../../domain/run.ts";
import { dropped, type Outcome } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { finishRun, type RunEnd } from "./finish-run.ts";
import { tellEnd } from "./tell-end.ts";

/** The end of a run that is open, and who hears of it. Null when there is no such run or it has ended. */
export async function cancellation(parts: Parts, runId: string, reason: string): Promise<Outcome | null> {
  const execution = await parts.store.loadExecution(runId);
  const fn = execution === null ? null : parts.registry.functionById(execution.run.functionId);
  if (execution === null || fn === null || isEnded(execution.run.status)) return null;
  const { run, events } = execution;
  const now = parts.clock.now();
  const end: RunEnd = { status: "Cancelled", output: null, reason };
  const finished = finishRun(parts, run, fn, events, end, now);
  return { writes: { openRun: runId, ...finished }, tell: () => tellEnd(parts, run, fn, end, now) };
}

/** For a run that the store has ended: the lifecycle events, and what its end starts. */
async function endTold(parts: Parts, runId: string): Promise<Outcome> {
  const execution = await parts.store.loadExecution(runId);
  const fn = execution === null ? null : parts.registry.functionById(execution.run.functionId);
  if (execution === null || fn === null) return dropped;
  const { run, events } = execution;
  const now = parts.clock.now();
  const end: RunEnd = { status: "Cancelled", output: null, reason: run.reason };
  const { run: _written, ...writes } = finishRun(parts, run, fn, events, end, now);
  return { writes, tell: () => tellEnd(parts, run, fn, end, now) };
}

export async function fireCancel(parts: Parts, item: QueueItemOf<"cancel">): Promise<Outcome> {
  const { reason, ended = false } = item.payload;
  return ended ? endTold(parts, item.runId) : ((await cancellation(parts, item.runId, reason)) ?? dropped);
}

function hasTimedOut(run: RunRecord, kind: TimeoutPayload["kind"]): boolean {
  return kind === "start" ? run.status === "Queued" : !isEnded(run.status);
}

export async function fireTimeout(parts: Parts, item: QueueItemOf<"timeout">): Promise<Outcome> {
  const { kind, timeoutMs } = item.payload;
  const run = await parts.store.getRun(item.runId);
  if (run === null || !hasTimedOut(run, kind)) return dropped;
  const what = kind === "start" ? "it did not begin" : "it did not end";
  const reason = `timed out: ${what} within ${timeoutMs / 1000} s (timeouts.${kind})`;
  return (await cancellation(parts, run.id, reason)) ?? dropped;
}
