/**
 * Carries out one leased item: calls the app or wakes a sleep or fires a cron, decides and commits.
 * Called by the worker alone.
 *
 * Main file of the room `items`. The table of what is done with each kind of queue item.
 */

import type { FunctionRecord } from "../../domain/app.ts";
import {
  type CallKind,
  leaseOf,
  type QueueItem,
  type QueueItemKind,
  type QueueItemOf,
  troubleOf,
} from "../../domain/queue-item.ts";
import { isEnded } from "../../domain/run.ts";
import type { CommitResult } from "../../ports/store.ts";
import { answerWithoutCall, type Called, callApp } from "../call/call-app.ts";
import { decide, failRun } from "../call/decide.ts";
import { executeRequest } from "../call/http-step.ts";
import { pendingSteps } from "../call/returned.ts";
import { tellDecision } from "../call/tell.ts";
import { fireCron } from "../crons/cron.ts";
import { fireSchedule } from "../crons/fire-schedule.ts";
import { beginFinishTimeout, fireCancel, fireTimeout } from "../end/end-run.ts";
import type { Hold } from "../gate/app-gate.ts";
import { workBulkJob } from "../operate/bulk-jobs.ts";
import { signalConflict } from "../ops/wait-for-signal.ts";
import type { Parts } from "../parts/parts.ts";
import { fireBatch, fireDebounce } from "../start/gathered.ts";
import { matchWaits } from "../waits/match-waits.ts";
import { resumeRun } from "../waits/resume.ts";
import { wakeRun } from "../waits/wake.ts";
import { commitAnswer } from "../work/commit-answer.ts";
import type { Worker } from "../work/worker.ts";

/** Wait before an item that cannot be read is looked at again, in milliseconds. */
const unreadableMs = 60_000;

function drop(worker: Worker, item: QueueItem): Promise<CommitResult> {
  return worker.commit({ lease: leaseOf(item) }, "continues");
}

/** Until it may be called it lies in the queue, with all that it has left. */
async function hold(parts: Parts, worker: Worker, fn: FunctionRecord, item: QueueItem, why: Hold): Promise<void> {
  const trouble = { ...troubleOf(item), ...(why.kind === "outage" ? { unreachable: why.outage } : {}) };
  const settle = { kind: "retry", attempt: item.attempt, dueAt: why.dueAt, trouble } as const;
  const put = await worker.commit({ lease: leaseOf(item), settle }, "continues");
  if (put.ok) parts.gate.waits(fn, item, why.kind);
}

/** The first time that anything of its run is called. */
function isBeginning({ kind, attempt, crashes, suspicion, unreachable }: QueueItem): boolean {
  return kind === "start" && attempt === 0 && crashes === 0 && suspicion === 0 && unreachable === null;
}

async function executeCall(
  parts: Parts,
  worker: Worker,
  item: QueueItemOf<CallKind>,
  signal: AbortSignal,
): Promise<void> {
  const changes = worker.changes(item.runId);
  const execution = await parts.store.loadExecution(item.runId);
  const fn = parts.registry.functionById(item.functionId);
  if (execution === null || fn === null || isEnded(execution.run.status)) {
    await drop(worker, item);
    return;
  }
  worker.keepRun(item.id, execution.run, changes);
  const unasked = answerWithoutCall(fn, item);
  const held = unasked === null ? parts.gate.enter(fn, item) : null;
  if (held?.kind === "turn") return hold(parts, worker, fn, item, held);
  let isIn = unasked === null && held === null;
  const calledAt = parts.clock.now();
  let called: Called;
  try {
    if (isBeginning(item)) {
      await beginFinishTimeout(worker, execution.run, item);
      parts.notifier.notify({ kind: "run-started", at: calledAt, runId: execution.run.id, slug: fn.slug });
    }
    if (held !== null) return await hold(parts, worker, fn, item, held);
    if (unasked !== null) called = { answer: unasked, wait: null, end: null };
    else {
      const pending = await pendingSteps(parts, execution, fn, item);
      called = await callApp(parts, { ...execution, pending }, fn, item, signal, calledAt);
      isIn = false;
      called.end = parts.gate.leave(fn, item);
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  } finally {
    if (isIn) parts.gate.leave(fn, item);
  }
  // Parallel steps and checkpoints may have moved the run on while the app worked.
  const isUnchanged = worker.changes(execution.run.id) === changes;
  const run = (isUnchanged ? null : await parts.store.getRun(execution.run.id)) ?? execution.run;
  const outcome = { execution: { ...execution, run }, fn, item, ...called, calledAt, now: parts.clock.now() };
  const { transition, draft } = decide(parts, outcome);
  const result = await commitAnswer(parts, worker, transition, () => tellDecision(parts, draft));
  const { answer, wait } = called;
  if (result.ok && wait !== null && answer.kind === "failure" && answer.unreached === "down")
    parts.gate.waits(fn, item, "outage");
  if (!result.ok && result.reason === "signal-conflict") {
    const failed = failRun(parts, outcome, signalConflict);
    await commitAnswer(parts, worker, failed.transition, () => tellDecision(parts, failed.draft));
  } else if (!result.ok)
    parts.logger.debug({ run: item.runId, reason: result.reason }, "An answer came too late and was dropped");
}

/** Lies in the queue as it is, for an engine that can read it. */
async function leave(parts: Parts, worker: Worker, item: QueueItemOf<"unreadable">): Promise<void> {
  const { payload, attempt } = item;
  const dueAt = parts.clock.now() + unreadableMs;
  const settle = { kind: "retry", attempt, dueAt, trouble: troubleOf(item) } as const;
  const { ok } = await worker.commit({ lease: leaseOf(item), settle }, "continues");
  if (ok)
    parts.logger.error(
      { item: item.id, kind: payload.kind, fault: payload.fault },
      "A queue item cannot be read by this engine; it stays in the queue. Is a newer release at work on the same store?",
    );
}

type Handle<K extends QueueItemKind> = (
  parts: Parts,
  worker: Worker,
  item: QueueItemOf<K>,
  signal: AbortSignal,
) => Promise<void>;

/** What is done with each kind. A kind that is missing here does not compile. */
const handlers: { readonly [K in QueueItemKind]: Handle<K> } = {
  start: executeCall,
  discover: executeCall,
  step: executeCall,
  request: executeRequest,
  wake: wakeRun,
  resume: resumeRun,
  match: matchWaits,
  cancel: fireCancel,
  timeout: fireTimeout,
  debounce: fireDebounce,
  batch: fireBatch,
  cron: fireCron,
  schedule: fireSchedule,
  bulk: workBulkJob,
  unreadable: leave,
};

function handlerOf<K extends QueueItemKind>(kind: K): Handle<K> {
  return handlers[kind];
}

export function executeItem(parts: Parts, worker: Worker, item: QueueItem, signal: AbortSignal): Promise<void> {
  return handlerOf(item.kind)(parts, worker, item, signal);
}
