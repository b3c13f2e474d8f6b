/**
 * Steps that the engine does by itself with a request to another server: `step.fetch` and `step.ai.infer`. Called by items for `request` items. Must never log a request, nor put one into an error: it may hold keys.
 */
import type { Operation } from "stepwell/protocol";
import { noAdvice } from "../../domain/answer.ts";
import type { CommitResult } from "../../domain/commit-result.ts";
import type { OutgoingRequest } from "../../domain/outgoing-request.ts";
import type { QueueItemOf } from "../../domain/queue/queue-item.ts";
import type { RequestPayload } from "../../domain/queue/queue-payloads.ts";
import { isEnded } from "../../domain/run/run.ts";
import type { StepRecord } from "../../domain/run/step.ts";
import { toStoredJson } from "../../domain/stored-json.ts";
import type { RequestOutcome } from "../../ports/http-client.ts";
import type { Execution } from "../../ports/store.ts";
import type { Draft } from "../ops/draft.ts";
import { stepError, stepFailed } from "../ops/step-error.ts";
import { endedStep, isRace } from "../ops/step-record.ts";
import { dropped, type Outcomes } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { unknownFunction } from "../parts/unknown-function.ts";
import { inheritedTrace } from "../wire/trace-context.ts";
import { checkState, createDraft, toWrites } from "./decide.ts";
import { modelUsage } from "./model-usage.ts";
import { tellDecision } from "./tell.ts";

/** What the run is to remember, or why there is nothing. */
type Result = { ok: true; memo: string; usage?: string | null } | { ok: false; message: string; data?: unknown };

const snippetLength = 1000;
/** Above this, a model's provider has not done what it was asked. */
const lastGoodStatus = 299;

function ofFetch(outcome: RequestOutcome): Result {
  if (outcome.kind === "failed") return { ok: false, message: outcome.message };
  const { url, headers, body, status } = outcome;
  return { ok: true, memo: toStoredJson({ data: { url, headers, body, status_code: status } }) };
}

function ofModel(outcome: RequestOutcome, latencyMs: number): Result {
  if (outcome.kind === "failed") return { ok: false, message: outcome.message };
  const { status, body } = outcome;
  const data = body.slice(0, snippetLength);
  if (status > lastGoodStatus)
    return { ok: false, message: `The model's provider answered with status ${status}`, data };
  try {
    const answer: unknown = JSON.parse(body);
    return { ok: true, memo: toStoredJson({ data: answer }), usage: modelUsage(answer, latencyMs) };
  } catch {
    return { ok: false, message: "The model's provider answered with something that is no JSON", data };
  }
}

const errorNames = { fetch: "GatewayError", ai: "AIGatewayError" } as const;

/** Ends the step, or has it tried again. An answer that is too big would be so the next time too. */
function applyResult(draft: Draft, operation: Operation, kind: RequestPayload["kind"], result: Result): void {
  const most = draft.limits.stepOutputBytes;
  const name = errorNames[kind];
  if (!result.ok) {
    const { message, data } = result;
    stepError(draft, { ...operation, error: { name, message, ...(data === undefined ? {} : { data }) } });
  } else if (Buffer.byteLength(result.memo) > most) {
    stepFailed(draft, { ...operation, error: { name, message: `The answer is over the limit of ${most} bytes` } });
  } else {
    draft.ends.push(endedStep(draft, operation, "Completed", result.memo));
    const target = { runId: draft.execution.run.id, stepId: operation.id, attempt: null };
    if (result.usage) draft.metadata.push({ ...target, kind: "inngest.ai", op: "set", values: result.usage });
    draft.discover = true;
    draft.discoverNow ||= isRace(operation);
  }
}

function toOperation({ op, id, displayName }: StepRecord, payload: RequestPayload): Operation {
  return { op, id, displayName, ...(payload.isRace ? { opts: { parallelMode: "race" } } : {}) };
}

/** The trace that the run was given goes along, unless the request names another. */
function inTrace(request: OutgoingRequest, execution: Execution, span: string): OutgoingRequest {
  const traceparent = inheritedTrace(execution, span);
  const isNamed = Object.keys(request.headers).some((name) => name.toLowerCase() === "traceparent");
  return traceparent === null || isNamed ? request : { ...request, headers: { ...request.headers, traceparent } };
}

async function send(parts: Parts, request: OutgoingRequest, signal: AbortSignal): Promise<RequestOutcome | null> {
  try {
    return await parts.http.send(request, signal);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

export async function* executeRequest(parts: Parts, item: QueueItemOf<"request">, signal: AbortSignal): Outcomes {
  const { runId, stepId, payload } = item;
  const execution = await parts.store.loadExecution(runId);
  const step = await parts.store.getStep(runId, stepId);
  const fn = parts.registry.functionById(item.functionId);
  const isOver = execution === null || isEnded(execution.run.status) || step === null || step.endedAt !== null;
  if (isOver || fn === null) {
    yield isOver ? dropped : unknownFunction(parts, item);
    return;
  }
  const calledAt = parts.clock.now();
  const outcome = await send(parts, inTrace(payload.request, execution, `${item.id} ${item.attempt}`), signal);
  if (outcome === null) return;
  const run = (await parts.store.getRun(execution.run.id)) ?? execution.run;
  const retry = { ...noAdvice, retryAt: outcome.kind === "answered" ? outcome.retryAt : null };
  const now = parts.clock.now();
  const read = payload.kind === "ai" ? ofModel(outcome, now - calledAt) : ofFetch(outcome);
  for (;;) {
    const draft = createDraft(parts, { execution: { ...execution, run }, fn, item, calledAt, now }, retry);
    applyResult(draft, toOperation(step, payload), payload.kind, read);
    checkState(draft);
    const writes = toWrites(parts, draft, run.requestVersion, null);
    const result: CommitResult = yield { writes, tell: () => tellDecision(parts, draft), isDear: true };
    if (result.ok || result.reason !== "registry-moved") return;
    await parts.registry.refresh();
  }
}
