/**
 * Carries out one leased item: calls the app or wakes a sleep or fires a cron, decides and commits.
 * Called by the worker alone.
 */

import { type Answer, noAdvice } from "../domain/answer.ts";
import type { FunctionRecord } from "../domain/app.ts";
import type { QueueItem } from "../domain/queue-item.ts";
import { isEnded } from "../domain/run.ts";
import type { CommitResult, Execution } from "../ports/store.ts";
import { buildCall } from "./build-call.ts";
import { workBulkJob } from "./bulk-jobs.ts";
import { commitAnswer } from "./commit-answer.ts";
import { fireCron } from "./cron.ts";
import { decide, failRun } from "./decide.ts";
import { beginFinishTimeout, fireCancel, fireTimeout } from "./end-run.ts";
import { fireBatch, fireDebounce } from "./gathered.ts";
import { executeRequest } from "./http-step.ts";
import { matchWaits } from "./match-waits.ts";
import { signalConflict } from "./ops/wait-for-signal.ts";
import type { Parts } from "./parts.ts";
import { crashesMax, quarantined } from "./quarantine.ts";
import { resumeRun } from "./resume.ts";
import { askForResult, namesPendingOnly, pendingSteps } from "./returned.ts";
import { fireSchedule } from "./schedules.ts";
import { tellDecision } from "./tell.ts";
import { wakeRun } from "./wake.ts";
import type { Worker } from "./worker.ts";

function drop(worker: Worker, item: QueueItem): Promise<CommitResult> {
  return worker.commit({ lease: { itemId: item.id, fence: item.fence } }, "continues");
}

function unknownFunction(functionId: string): Answer {
  return {
    kind: "failure",
    requestVersion: null,
    retry: noAdvice,
    error: {
      name: "UnknownFunctionError",
      message: `No synced app serves function ${functionId} any more. Sync the app that has it; the run is tried again.`,
    },
  };
}

/** For an item that was under way each time that the engine's own process went down. */
function crashedWithEngine(): Answer {
  return {
    kind: "failure",
    requestVersion: null,
    retry: { ...noAdvice, noRetry: true },
    error: quarantined(null),
  };
}

async function callApp(
  parts: Parts,
  execution: Execution,
  fn: FunctionRecord,
  item: QueueItem,
  signal: AbortSignal,
  calledAt: number,
): Promise<Answer> {
  if (fn.archivedAt !== null) return unknownFunction(fn.slug);
  if (item.crashes >= crashesMax) return crashedWithEngine();
  const built = buildCall(execution, fn, item, parts.newId(calledAt), parts.canonicalForms);
  const call = { ...built, sdk: parts.registry.appById(fn.appId)?.sdk ?? "" };
  const answer = await parts.caller.call(call, signal);
  if (!namesPendingOnly(answer, execution)) return answer;
  const result = await parts.caller.call(askForResult(call), signal);
  return result.kind === "result" ? result : answer;
}

async function executeCall(parts: Parts, worker: Worker, item: QueueItem, signal: AbortSignal): Promise<void> {
  const changes = worker.changes(item.runId ?? "");
  const execution = item.runId === null ? null : await parts.store.loadExecution(item.runId);
  const fn = parts.registry.functionById(item.functionId);
  if (execution === null || fn === null || isEnded(execution.run.status)) {
    await drop(worker, item);
    return;
  }
  worker.keepRun(item.id, execution.run, changes);
  const calledAt = parts.clock.now();
  if (item.kind === "start" && item.attempt === 0) {
    await beginFinishTimeout(worker, execution.run, item);
    parts.notifier.notify({ kind: "run-started", at: calledAt, runId: execution.run.id, slug: fn.slug });
  }
  let answer: Answer;
  try {
    const pending = await pendingSteps(parts, execution, fn, item);
    answer = await callApp(parts, { ...execution, pending }, fn, item, signal, calledAt);
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  // Parallel steps and checkpoints may have moved the run on while the app worked.
  const isUnchanged = worker.changes(execution.run.id) === changes;
  const run = (isUnchanged ? null : await parts.store.getRun(execution.run.id)) ?? execution.run;
  const outcome = { execution: { ...execution, run }, fn, item, answer, calledAt, now: parts.clock.now() };
  const { transition, draft } = decide(parts, outcome);
  const result = await commitAnswer(parts, worker, transition, () => tellDecision(parts, draft));
  if (!result.ok && result.reason === "signal-conflict") {
    const failed = failRun(parts, outcome, signalConflict);
    await commitAnswer(parts, worker, failed.transition, () => tellDecision(parts, failed.draft));
  } else if (!result.ok)
    parts.logger.debug({ run: item.runId, reason: result.reason }, "An answer came too late and was dropped");
}

export async function executeItem(parts: Parts, worker: Worker, item: QueueItem, signal: AbortSignal): Promise<void> {
  if (item.kind === "cron") return fireCron(parts, worker, item);
  if (item.kind === "wake") return wakeRun(parts, worker, item);
  if (item.kind === "resume") return resumeRun(parts, worker, item);
  if (item.kind === "match") return matchWaits(parts, worker, item);
  if (item.kind === "request") return executeRequest(parts, worker, item, signal);
  if (item.kind === "debounce") return fireDebounce(parts, worker, item);
  if (item.kind === "batch") return fireBatch(parts, worker, item);
  if (item.kind === "cancel") return fireCancel(parts, worker, item);
  if (item.kind === "timeout") return fireTimeout(parts, worker, item);
  if (item.kind === "schedule") return fireSchedule(parts, worker, item);
  if (item.kind === "bulk") return workBulkJob(parts, worker, item);
  return executeCall(parts, worker, item, signal);
}
