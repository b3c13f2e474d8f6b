/**
 * The body of a call to an app. Everything it is made of is canonical JSON text already, so it is put together as text
 * with its keys in order: canonical by construction, and a remembered step costs no parsing.
 * Source: reference/server.md §3.
 */
import { discoveryStepId, limits } from "stepwell/protocol";
import { canonicalJson } from "stepwell/signing";
import type { FunctionRecord } from "../domain/app.ts";
import type { EventRecord } from "../domain/event.ts";
import type { QueueItem } from "../domain/queue-item.ts";
import type { SdkCall } from "../ports/sdk-caller.ts";
import type { Execution } from "../ports/store.ts";

/** An event as functions receive it, as canonical JSON text. */
export function eventText(event: EventRecord): string {
  const version = event.v === null ? "" : `,"v":${JSON.stringify(event.v)}`;
  return `{"data":${event.data},"id":${canonicalJson(event.id)},"name":${canonicalJson(event.name)},"ts":${event.ts},"user":{}${version}}`;
}

/** Arguments that a rerun gives to a step, until that has ended. */
function editedInputs({ run, ended }: Execution): { id: string; memo: string }[] {
  if (run.stepInputs === null) return [];
  const known = new Set(ended.map(({ id }) => id));
  return Object.entries(JSON.parse(run.stepInputs) as Record<string, unknown[]>)
    .filter(([id]) => !known.has(id))
    .map(([id, input]) => ({ id, memo: canonicalJson({ input }) }));
}

/** What a run remembers, as `GET /v0/runs/:id/actions` answers it: an object from step hash to memo, keys in order. */
export function stepsText(execution: Execution): string {
  const entries = execution.ended.map((step) => ({ id: step.id, memo: step.memo ?? "null" }));
  entries.push(...editedInputs(execution));
  entries.sort((left, right) => (left.id < right.id ? -1 : 1));
  return `{${entries.map(({ id, memo }) => `"${id}":${memo}`).join(",")}}`;
}

/** The events of a run, as `GET /v0/runs/:id/batch` answers them. */
export function eventsText(execution: Execution): string {
  return `[${execution.events.map(eventText).join(",")}]`;
}

function contextText(execution: Execution, item: QueueItem, requestId: string, useApi: boolean): string {
  const { run, pending = [] } = execution;
  return canonicalJson({
    attempt: item.attempt,
    disable_immediate_execution: run.forcePlan || run.pendingCount > 0,
    env: "",
    fn_id: item.functionId,
    generation_id: item.fence,
    job_id: item.id,
    max_attempts: item.maxAttempts,
    ...(pending.length > 0 && { pending }),
    qi_id: item.id,
    request_id: requestId,
    run_id: run.id,
    stack: { current: execution.ended.length, stack: execution.ended.map((step) => step.id) },
    step_id: discoveryStepId,
    use_api: useApi,
  });
}

/**
 * A step with other arguments than its own is called for by name: apps that save steps while a call goes on look for arguments
 * only then.
 */
function targetOf(execution: Execution, item: QueueItem): string {
  if (item.kind === "step" && item.stepId !== null) return item.stepId;
  return editedInputs(execution)[0]?.id ?? discoveryStepId;
}

/** State that is too big to send along is left out, and the app told to fetch it. */
export function buildCall(execution: Execution, fn: FunctionRecord, item: QueueItem, requestId: string): SdkCall {
  const { run } = execution;
  const events = eventsText(execution);
  const first = execution.events[0];
  const compose = (stepsToo: boolean, eventsToo: boolean): string =>
    `{"ctx":${contextText(execution, item, requestId, !stepsToo)},"defers":{},` +
    `"event":${first === undefined || !eventsToo ? eventStub(first) : eventText(first)},` +
    `"events":${eventsToo ? events : "[]"},"steps":${stepsToo ? stepsText(execution) : "{}"},"use_api":${!stepsToo},"version":${run.requestVersion}}`;
  const stepsToo = run.stateBytes + events.length <= limits.inlineStateBytes;
  const composed = compose(stepsToo, stepsToo || events.length <= limits.inlineStateBytes / 2);
  // The first event is in there twice, and a character may take three bytes.
  const body = isTooLong(composed) ? compose(false, false) : composed;
  return {
    url: fn.url,
    stepId: targetOf(execution, item),
    body,
    runId: run.id,
    requestId,
    jobId: item.id,
    generationId: item.fence,
    requestVersion: run.requestVersion,
    functionId: item.functionId,
    appId: fn.appId,
  };
}

function isTooLong(body: string): boolean {
  if (body.length * 3 <= limits.requestBytes) return false;
  return body.length > limits.requestBytes || new TextEncoder().encode(body).length > limits.requestBytes;
}

function eventStub(event: EventRecord | undefined): string {
  return canonicalJson({ data: {}, id: event?.id ?? "", name: event?.name ?? "", ts: event?.ts ?? 0, user: {} });
}
