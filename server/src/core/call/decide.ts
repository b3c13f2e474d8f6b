/**
 * What an app's answer means for a run: pure, from what was known and what came back to what is written.
 *
 * Main file of the room `call`. A call: its body, the app's answer and what that means for the run; checkpoints while
 * it goes on; requests that the engine makes itself.
 */
import type { Opcode, Operation, SerializedError } from "stepwell/protocol";
import { type Answer, noAdvice, type RetryAdvice } from "../../domain/answer.ts";
import type { FunctionRecord } from "../../domain/app.ts";
import { backoffMs } from "../../domain/backoff.ts";
import { isEngineError } from "../../domain/error.ts";
import { type QueueItem, type Trouble, troubleOf } from "../../domain/queue/queue-item.ts";
import { discoverPut } from "../../domain/queue/queue-puts.ts";
import type { RunRecord } from "../../domain/run/run.ts";
import type { CallLog, LogWrite } from "../../domain/run/run-log.ts";
import { toStoredJson } from "../../domain/stored-json.ts";
import type { RunPatch, Writes } from "../../domain/transition.ts";
import type { Execution } from "../../ports/store.ts";
import { finishRun, type RunEnd } from "../end/finish-run.ts";
import type { OutageWait } from "../gate/outages.ts";
import type { CallEnd } from "../gate/trials.ts";
import { tooManySteps, tooMuchState } from "../limits/run-limits.ts";
import type { Draft } from "../ops/draft.ts";
import { metadataOf } from "../ops/metadata-entry.ts";
import { operationTable } from "../ops/table.ts";
import type { Parts } from "../parts/parts.ts";
import { crashesMax, quarantined } from "./quarantine.ts";

export type DecideParts = Pick<
  Parts,
  "registry" | "logger" | "newId" | "random" | "backoff" | "limits" | "rateLimitMode"
>;

export interface CallOutcome {
  execution: Execution;
  fn: FunctionRecord;
  item: QueueItem;
  answer: Answer;
  /** The call did not reach its app, and waits; null or undefined otherwise. */
  wait?: OutageWait | null;
  /** Who else was called at the same time; null or undefined when nobody was called. */
  end?: CallEnd | null;
  /** When the call began and ended, milliseconds since 1970. */
  calledAt: number;
  now: number;
}

/** From this format on, apps are called once after parallel steps instead of after each. */
const coalescingVersion = 2;
/** Operations of one answer. */
const operationsMax = 1000;
/** Wait before an app that had nothing to say is asked again, in milliseconds. */
const silentRetryMs = 1000;

/** Waits before calls are made again with which an app went away, in milliseconds. */
const triedAgainMs = 1000;
const suspectAgainMs = 2000;

/** Operations that are not about a step. */
const stepless: ReadonlySet<Opcode> = new Set<Opcode>(["None", "RunComplete", "SyncRunComplete", "DiscoveryRequest"]);

/** For what ends steps without calling the app: neither steps nor events are needed, and loading them costs ever more. */
export function runOnly(run: RunRecord): Execution {
  return { run, ended: [], events: [] };
}

/** What an app asks for lies at most so far ahead. */
function clampRetry(retry: RetryAdvice, latest: number): RetryAdvice {
  return retry.retryAt === null || retry.retryAt <= latest ? retry : { ...retry, retryAt: latest };
}

/** What is written of what an app says that its function logged. Null: nothing. */
function logsOf(
  { limits }: DecideParts,
  { execution, item }: Omit<CallOutcome, "answer">,
  logs?: CallLog,
): LogWrite | null {
  if (logs === undefined || logs.lines.length + logs.leftOut === 0) return null;
  const { logLinesPerRun: linesMax, logBytesPerRun: bytesMax } = limits;
  return { ...logs, runId: execution.run.id, attempt: item.attempt, linesMax, bytesMax };
}

/** @param logs what the app says that its function logged. */
export function createDraft(
  parts: DecideParts,
  outcome: Omit<CallOutcome, "answer">,
  retry: RetryAdvice,
  logs?: CallLog,
): Draft {
  const { execution, fn, item, now, calledAt } = outcome;
  return {
    parts,
    execution,
    fn,
    item,
    retry: clampRetry(retry, now + parts.limits.retryDelayMaxMs),
    now,
    calledAt,
    limits: parts.limits,
    backoffMs: backoffMs(item.attempt, parts.random.next(), parts.backoff, fn.flow.backoff),
    plans: [],
    ends: [],
    attempts: [],
    metadata: [],
    logs: logsOf(parts, outcome, logs),
    settle: { kind: "done" },
    registry: null,
    end: null,
    discover: false,
    discoverNow: false,
  };
}

function errorText(error: SerializedError): string {
  try {
    return toStoredJson(error);
  } catch {
    return toStoredJson({ name: error.name, message: error.message });
  }
}

/** Not an attempt: the same one is made again. */
function putBack(draft: Draft, dueAt: number, trouble: Partial<Trouble>): void {
  const { item } = draft;
  draft.settle = { kind: "retry", attempt: item.attempt, dueAt, trouble: { ...troubleOf(item), ...trouble } };
}

/**
 * An app went away with several calls under way: nobody knows whose fault it is, so each is a suspect, and is tried alone next.
 * The one that was being tried comes first.
 */
function applySuspicion(draft: Draft, { tried }: CallEnd): void {
  const dueAt = draft.now + (tried ? triedAgainMs : suspectAgainMs);
  putBack(draft, dueAt, { suspicion: draft.item.suspicion + 1, unreachable: null });
}

/** The function's body threw, or the call failed. `crashed`: its app went away, and this call alone was under way there. */
function applyFailure(draft: Draft, error: SerializedError, crashed: boolean): void {
  const { item, retry } = draft;
  const crashes = crashed ? item.crashes + 1 : 0;
  const isQuarantined = crashes >= crashesMax;
  const output = errorText(isQuarantined ? quarantined(error) : error);
  const again = !isQuarantined && retry.noRetry !== true && item.attempt + 1 < item.maxAttempts;
  const retryAt = again ? (retry.retryAt ?? draft.now + draft.backoffMs) : null;
  draft.attempts.push({
    runId: draft.execution.run.id,
    stepId: item.kind === "step" ? item.stepId : null,
    displayName: null,
    attempt: item.attempt,
    startedAt: draft.calledAt,
    endedAt: draft.now,
    error: output,
    retryAt,
  });
  const trouble = { crashes, suspicion: crashed ? item.suspicion : 0, unreachable: null };
  if (retryAt !== null) draft.settle = { kind: "retry", attempt: item.attempt + 1, dueAt: retryAt, trouble };
  else draft.end = { status: "Failed", output };
}

function fail(draft: Draft, name: string, message: string): void {
  draft.end = { status: "Failed", output: toStoredJson({ name, message }) };
}

/** An app with nothing to say while nothing is pending would leave its run hanging: it is asked again, and then given up. */
function applySilence(draft: Draft): void {
  const { item, execution } = draft;
  if (execution.run.pendingCount > 0) return;
  if (item.attempt + 1 < item.maxAttempts) {
    draft.settle = { kind: "retry", attempt: item.attempt + 1, dueAt: draft.now + silentRetryMs };
    return;
  }
  fail(
    draft,
    "NoOperationsError",
    "The app answered without a step or a result, and no step is under way. Is it the same code that began this run?",
  );
}

/** Waits are in place before anything that may lead to what they wait for. */
function waitsFirst(operations: Operation[]): Operation[] {
  if (operations.length === 1) return operations;
  const isWait = ({ op }: Operation): boolean => op === "WaitForEvent";
  return [...operations.filter(isWait), ...operations.filter((operation) => !isWait(operation))];
}

/**
 * An app that speaks only of steps that had ended before it was called says nothing that carries its run on: to call it again at
 * once could go on forever.
 */
function isStuck({ plans, ends, settle, end, execution, item }: Draft): boolean {
  if (item.kind === "step" || end !== null || settle.kind !== "done") return false;
  const spokenOf = [...plans.map(({ step }) => step), ...ends];
  return spokenOf.length > 0 && spokenOf.every(({ id }) => execution.ended.some((step) => step.id === id));
}

function applyOperations(draft: Draft, operations: Operation[]): void {
  if (operations.every(({ op }) => op === "None")) {
    applySilence(draft);
    return;
  }
  if (operations.length > operationsMax) {
    const message = `An answer holds ${operations.length} operations, the most is ${operationsMax}. Run fewer steps at once.`;
    fail(draft, "InngestErrFunctionOverflowed", message);
    return;
  }
  const { run } = draft.execution;
  const found = draft.item.kind === "step" ? 0 : operations.filter(({ op }) => !stepless.has(op)).length;
  const manySteps = tooManySteps(run, found, draft.limits);
  if (manySteps !== null) {
    fail(draft, "InngestErrFunctionOverflowed", manySteps);
    return;
  }
  try {
    for (const operation of waitsFirst(operations)) {
      draft.metadata.push(...metadataOf(draft, operation));
      operationTable[operation.op](draft, operation);
      // What the engine does not carry out must not be lost behind the end that stands beside it.
      if (draft.end?.status === "Failed") return;
    }
  } catch (error) {
    if (!isEngineError(error)) throw error;
    fail(draft, error.code === "invalid_expression" ? "InvalidExpression" : error.code, error.message);
    return;
  }
  if (isStuck(draft)) {
    draft.discover = false;
    applySilence(draft);
  }
  checkState(draft);
}

/** Fields for the next calls of a run that goes on: when to call again, in the way that its app understands. */
function continuation(
  parts: Pick<Parts, "newId">,
  draft: Draft,
  requestVersion: number,
): Pick<Writes, "puts" | "putWhenIdle"> {
  if (!draft.discover || draft.settle.kind === "retry") return {};
  const put = discoverPut(draft.execution.run, draft.fn, parts.newId(draft.now));
  return draft.discoverNow || requestVersion < coalescingVersion ? { puts: [put] } : { putWhenIdle: put };
}

function runPatch(draft: Draft, requestVersion: number, operations: number): RunPatch | null {
  const { run } = draft.execution;
  const patch: RunPatch = { runId: run.id };
  if (requestVersion !== run.requestVersion) patch.requestVersion = requestVersion;
  if (operations > 1 && requestVersion < coalescingVersion && !run.forcePlan) patch.forcePlan = true;
  return patch.requestVersion === undefined && patch.forcePlan === undefined ? null : patch;
}

export interface Decision {
  writes: Writes;
  draft: Draft;
}

/** What is said beside the steps. */
export function saidBeside({ metadata, logs }: Draft): Pick<Writes, "metadata" | "logs"> {
  return { ...(metadata.length > 0 && { metadata }), ...(logs !== null && { logs }) };
}

function baseOf(draft: Draft): Writes {
  const { execution, registry } = draft;
  return { openRun: execution.run.id, ...saidBeside(draft), ...(registry !== null && { registry }) };
}

function endWrites(parts: DecideParts, draft: Draft, end: RunEnd): Writes {
  const { execution, fn, now } = draft;
  const base = baseOf(draft);
  const finished = finishRun(parts, execution.run, fn, execution.events, end, now);
  return {
    ...base,
    settle: { kind: "done" },
    // What was asked for beside the end is begun and ends with the run; a function that was invoked runs.
    plans: end.status === "Completed" ? draft.plans : [],
    ends: draft.ends.map((step) => ({ step })),
    attempts: draft.attempts,
    ...finished,
  };
}

function applyFailedCall(
  draft: Draft,
  { error, crashed = false }: Answer & { kind: "failure" },
  { wait, end }: CallOutcome,
): void {
  if (wait) putBack(draft, wait.dueAt, { unreachable: wait.outage });
  else if (crashed && end?.alone === false) applySuspicion(draft, end);
  else applyFailure(draft, error, crashed);
}

export function decide(parts: DecideParts, outcome: CallOutcome): Decision {
  const { answer } = outcome;
  const { run } = outcome.execution;
  const draft = createDraft(parts, outcome, answer.kind === "result" ? noAdvice : answer.retry, answer.logs);
  if (answer.kind === "operations") applyOperations(draft, answer.operations);
  else if (answer.kind === "failure") applyFailedCall(draft, answer, outcome);
  else draft.end = { status: "Completed", output: answer.output };

  // Only an answer with operations settles the format of a run's messages; an error leaves it open.
  const requestVersion = (answer.kind === "operations" ? answer.requestVersion : null) ?? run.requestVersion;
  const patch = runPatch(draft, requestVersion, answer.kind === "operations" ? answer.operations.length : 0);
  return { draft, writes: toWrites(parts, draft, requestVersion, patch) };
}

/** What a draft comes to. Its execution must have the run's events when the draft ends the run. */
export function toWrites(parts: DecideParts, draft: Draft, requestVersion: number, patch: RunPatch | null): Writes {
  if (draft.end !== null) return endWrites(parts, draft, draft.end);
  return {
    ...baseOf(draft),
    settle: draft.settle,
    plans: draft.plans,
    ends: draft.ends.map((step) => ({ step })),
    attempts: draft.attempts,
    ...continuation(parts, draft, requestVersion),
    ...(patch === null ? {} : { run: patch }),
  };
}

/** The run fails for a reason that only the store could see. */
export function failRun(parts: DecideParts, outcome: CallOutcome, error: { name: string; message: string }): Decision {
  const draft = createDraft(parts, outcome, noAdvice, outcome.answer.logs);
  fail(draft, error.name, error.message);
  return { draft, writes: toWrites(parts, draft, outcome.execution.run.requestVersion, null) };
}

/** Ends the run when its steps have become too much to remember. */
export function checkState(draft: Draft): void {
  const muchState = tooMuchState(draft.execution.run, draft.ends, draft.limits);
  if (muchState !== null) fail(draft, "InngestErrStateOverflowed", muchState);
}
