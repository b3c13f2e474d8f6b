/**
 * Ends runs before their time: cancelled by people, by an event, by a timeout, or because another run took their place.
 * Called by cancel and by items (`cancel` and `timeout`). Whoever commits it ends the run's calls.
 *
 * Main file of the room `end`. The end of a run, whoever ends it, and who is told of it.
 */
import type { QueueItemOf } from "../../domain/queue/queue-item.ts";
import type { TimeoutPayload } from "../../domain/queue/queue-payloads.ts";
import { isEnded, type RunRecord } from "../../domain/run/run.ts";
import { dropped, type Outcome } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { unknownFunction } from "../parts/unknown-function.ts";
import { finishRun, type RunEnd } from "./finish-run.ts";
import { tellEnd } from "./tell-end.ts";

/**
 * The end of a run that is open, and who hears of it. `gone` when there is no such run or it has ended; `unknown` when nobody
 * knows its function.
 */
export async function cancellation(parts: Parts, runId: string, reason: string): Promise<Outcome | "gone" | "unknown"> {
  const execution = await parts.store.loadExecution(runId);
  if (execution === null || isEnded(execution.run.status)) return "gone";
  const { run, events } = execution;
  const fn = parts.registry.functionById(run.functionId);
  if (fn === null) return "unknown";
  const now = parts.clock.now();
  const end: RunEnd = { status: "Cancelled", output: null, reason };
  const finished = finishRun(parts, run, fn, events, end, now);
  return { writes: { openRun: runId, ...finished }, tell: () => tellEnd(parts, run, fn, end, now) };
}

/** For a run that the store has ended: the lifecycle events, and what its end starts. */
async function endTold(parts: Parts, item: QueueItemOf<"cancel">): Promise<Outcome> {
  const execution = await parts.store.loadExecution(item.runId);
  if (execution === null) return dropped;
  const { run, events } = execution;
  const fn = parts.registry.functionById(run.functionId);
  if (fn === null) return unknownFunction(parts, item);
  const now = parts.clock.now();
  const end: RunEnd = { status: "Cancelled", output: null, reason: run.reason };
  const { run: _written, ...writes } = finishRun(parts, run, fn, events, end, now);
  return { writes, tell: () => tellEnd(parts, run, fn, end, now) };
}

async function cancelFor(parts: Parts, item: QueueItemOf<"cancel" | "timeout">, reason: string): Promise<Outcome> {
  const outcome = await cancellation(parts, item.runId, reason);
  if (outcome === "gone") return dropped;
  return outcome === "unknown" ? unknownFunction(parts, item) : outcome;
}

export async function fireCancel(parts: Parts, item: QueueItemOf<"cancel">): Promise<Outcome> {
  const { reason, ended = false } = item.payload;
  return ended ? endTold(parts, item) : cancelFor(parts, item, reason);
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
  return cancelFor(parts, item, reason);
}
