/**
 * A call of an app, from the item to what its answer comes to: through the gate, and with the time that its run may take begun.
 * Called by items.
 */
import type { FunctionRecord } from "../../domain/app.ts";
import { type CallKind, type QueueItem, type QueueItemOf, troubleOf } from "../../domain/queue/queue-item.ts";
import { isEnded, type RunRecord } from "../../domain/run/run.ts";
import type { CommitResult, Execution } from "../../ports/store.ts";
import { finishTimeout } from "../flow/timeouts.ts";
import type { Hold } from "../gate/app-gate.ts";
import { signalConflict } from "../ops/wait-for-signal.ts";
import { dropped, type Outcome, type Outcomes } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { unknownFunction } from "../parts/unknown-function.ts";
import { answerWithoutCall, type Called, callApp } from "./call-app.ts";
import { type CallOutcome, decide, failRun } from "./decide.ts";
import { pendingSteps } from "./returned.ts";
import { tellDecision } from "./tell.ts";

/** Wait before an item is due again whose app runs in the process of another engine, in milliseconds. */
const elsewhereMs = 500;

type CallItem = QueueItemOf<CallKind>;

/** Until it may be called it lies in the queue, with all that it has left. */
async function* hold(parts: Parts, fn: FunctionRecord, item: CallItem, why: Hold): Outcomes {
  const trouble = { ...troubleOf(item), ...(why.kind === "outage" ? { unreachable: why.outage } : {}) };
  const put = yield { writes: { settle: { kind: "retry", attempt: item.attempt, dueAt: why.dueAt, trouble } } };
  if (put.ok) parts.gate.waits(fn, item, why.kind);
}

/** Its app runs in the process of another engine: whichever engine it is, that one finds the item due. */
function leaveToOthers({ clock }: Parts, item: CallItem): Outcome {
  const { attempt } = item;
  return {
    writes: { settle: { kind: "retry", attempt, dueAt: clock.now() + elsewhereMs, trouble: troubleOf(item) } },
  };
}

/** The first time that anything of its run is called. */
function isBeginning({ kind, attempt, crashes, suspicion, unreachable }: QueueItem): boolean {
  return kind === "start" && attempt === 0 && crashes === 0 && suspicion === 0 && unreachable === null;
}

/** Before the first call of a run: the time that it may take begins. The same item again makes no difference. */
async function* begin(parts: Parts, run: RunRecord, fn: FunctionRecord, at: number): Outcomes {
  const timeout = finishTimeout(run);
  if (timeout !== null) yield { writes: { settle: { kind: "keep" }, puts: [timeout] }, kind: "new" };
  parts.notifier.notify({ kind: "run-started", at, runId: run.id, slug: fn.slug });
}

/** What an answer comes to, and what becomes of a run that asks for a signal of another one. */
async function* answered(parts: Parts, outcome: CallOutcome & { item: CallItem }): Outcomes {
  const { fn, item, answer, wait, execution } = outcome;
  const { writes: decided, draft } = decide(parts, outcome);
  const writes = isOneOfMany(item) ? decided : { ...decided, runVersion: execution.run.version };
  const result: CommitResult = yield { writes, tell: () => tellDecision(parts, draft), isDear: true };
  if (!result.ok && result.reason === "registry-moved") {
    await parts.registry.refresh();
    yield* answered(parts, outcome);
  } else if (!result.ok && result.reason === "run-moved") {
    yield* answered(parts, { ...outcome, execution: await asItIs(parts, execution) });
  } else if (result.ok) {
    if (wait && answer.kind === "failure" && answer.unreached === "down") parts.gate.waits(fn, item, "outage");
  } else if (result.reason === "signal-conflict") {
    const failed = failRun(parts, outcome, signalConflict);
    yield { writes: failed.writes, tell: () => tellDecision(parts, failed.draft), isDear: true };
  } else parts.logger.debug({ run: item.runId, reason: result.reason }, "An answer came too late and was dropped");
}

/** Read again: parallel steps, or another engine, have moved the run on while the app worked. */
async function asItIs({ store }: Parts, execution: Execution): Promise<Execution> {
  return { ...execution, run: (await store.getRun(execution.run.id)) ?? execution.run };
}

/** Steps that run at the same time move their run on all the time: what they decide rests on no version of it. */
const isOneOfMany = ({ kind }: CallItem): boolean => kind === "step";

/** What a decision rests on after a call. Checkpoints are known; while other steps are under way the run is read again. */
function current(parts: Parts, execution: Execution, item: CallItem): Promise<Execution> | Execution {
  const run = parts.runs.kept(item) ?? execution.run;
  return isOneOfMany(item) || run.pendingCount > 0 ? asItIs(parts, execution) : { ...execution, run };
}

export async function* executeCall(parts: Parts, item: CallItem, signal: AbortSignal): Outcomes {
  const execution = await parts.store.loadExecution(item.runId);
  const fn = parts.registry.functionById(item.functionId);
  if (execution === null || fn === null || isEnded(execution.run.status)) {
    yield execution === null || isEnded(execution.run.status) ? dropped : unknownFunction(parts, item);
    return;
  }
  if (parts.shared && parts.caller.isElsewhere?.(fn.url) === true) {
    yield leaveToOthers(parts, item);
    return;
  }
  parts.runs.keep(item, execution.run);
  const unasked = answerWithoutCall(fn, item);
  const held = unasked === null ? parts.gate.enter(fn, item) : null;
  if (held?.kind === "turn") return yield* hold(parts, fn, item, held);
  let isIn = unasked === null && held === null;
  const calledAt = parts.clock.now();
  let called: Called;
  try {
    if (isBeginning(item)) yield* begin(parts, execution.run, fn, calledAt);
    if (held !== null) return yield* hold(parts, fn, item, held);
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
  const known = await current(parts, execution, item);
  yield* answered(parts, { execution: known, fn, item, ...called, calledAt, now: parts.clock.now() });
}
