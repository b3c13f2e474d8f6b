/**
 * The body of a call to an app. Everything it is made of is JSON text already, so it is put together as text, and a remembered step
 * costs no parsing. Its own keys are in order, and those of values as they came; who signs it asks for the same with all keys in order.
 * Recordings: test/protocol/fixtures/calls.json.
 */
import { discoveryStepId, limits } from "stepwell/protocol";
import { canonicalJson } from "stepwell/signing";
import type { FunctionRecord } from "../../domain/app.ts";
import type { EventRecord } from "../../domain/event.ts";
import { type EventTexts, eventText } from "../../domain/event-text.ts";
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { StepRecord } from "../../domain/run/step.ts";
import type { SdkCall } from "../../ports/sdk-caller.ts";
import type { Execution } from "../../ports/store.ts";
import type { CanonicalForms } from "../parts/canonical-forms.ts";
import { traceparentOf } from "../wire/trace-context.ts";

/** How the values in a body are written. */
interface Texts {
  event(event: EventRecord): EventTexts;
  memo(step: StepRecord): string;
  /** Arguments that a rerun gives to a step. */
  input(input: unknown[]): string;
}

const asStored: Texts = {
  event: (event) => event,
  memo: ({ memo }) => memo ?? "null",
  input: (input) => JSON.stringify({ input }),
};

/** With all keys in order. Ended steps and events never change, so that their forms can be kept. */
function canonicalTexts(forms: CanonicalForms, { run }: Execution): Texts {
  const ofRun = forms.of(run.id);
  return {
    event({ internalId, data, meta, user }) {
      const form = forms.of(internalId);
      return {
        data: form(0, data),
        meta: meta === null ? null : form(1, meta),
        user: user === null ? null : form(2, user),
      };
    },
    memo: ({ memo, position }) => (memo === null ? "null" : ofRun(position ?? 0, memo)),
    input: (input) => canonicalJson({ input }),
  };
}

function inputsOf({ run, ended }: Execution): [id: string, input: unknown[]][] {
  if (run.stepInputs === null) return [];
  const known = new Set(ended.map(({ id }) => id));
  return Object.entries(JSON.parse(run.stepInputs) as Record<string, unknown[]>).filter(([id]) => !known.has(id));
}

/** One remembered step of a body. */
interface Entry {
  id: string;
  /** The id as JSON text. */
  key: string;
  write(texts: Texts): string;
}

function toEntry(id: string, write: Entry["write"]): Entry {
  return { id, key: JSON.stringify(id), write };
}

/** What a run remembers, the ids in order. */
function entriesOf(execution: Execution): Entry[] {
  const entries = execution.ended.map((step) => toEntry(step.id, (texts) => texts.memo(step)));
  // Arguments that a rerun gives to a step count until that has ended.
  for (const [id, input] of inputsOf(execution)) entries.push(toEntry(id, (texts) => texts.input(input)));
  return entries.sort((left, right) => (left.id < right.id ? -1 : 1));
}

function writeEntries(entries: readonly Entry[], texts: Texts): string {
  return `{${entries.map(({ key, write }) => `${key}:${write(texts)}`).join(",")}}`;
}

/** What a run remembers, as `GET /v0/runs/:id/actions` answers it: an object from step hash to memo. */
export function stepsText(execution: Execution): string {
  return writeEntries(entriesOf(execution), asStored);
}

/** The events of a run, as `GET /v0/runs/:id/batch` answers them. */
export function eventsText(execution: Execution, texts: Texts = asStored): string {
  return `[${execution.events.map((event) => eventText(event, texts.event(event))).join(",")}]`;
}

function contextText(execution: Execution, item: QueueItem, requestId: string, useApi: boolean): string {
  const { run, pending = [] } = execution;
  return JSON.stringify({
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
  return inputsOf(execution)[0]?.[0] ?? discoveryStepId;
}

/** State that is too big to send along is left out, and the app told to fetch it. */
export function buildCall(
  execution: Execution,
  fn: FunctionRecord,
  item: QueueItem,
  requestId: string,
  forms: CanonicalForms,
): SdkCall {
  const { run } = execution;
  const events = eventsText(execution);
  const first = execution.events[0];
  let stepsToo = run.stateBytes + events.length <= limits.inlineStateBytes;
  let eventsToo = stepsToo || events.length <= limits.inlineStateBytes / 2;
  let context = contextText(execution, item, requestId, !stepsToo);
  const entries = stepsToo ? entriesOf(execution) : [];
  const compose = (texts: Texts): string =>
    `{"ctx":${context},"defers":{},` +
    `"event":${first === undefined || !eventsToo ? eventStub(first) : eventText(first, texts.event(first))},` +
    `"events":${!eventsToo ? "[]" : texts === asStored ? events : eventsText(execution, texts)},` +
    `"steps":${stepsToo ? writeEntries(entries, texts) : "{}"},"use_api":${!stepsToo},"version":${run.requestVersion}}`;
  let body = compose(asStored);
  // The first event is in there twice, and a character may take three bytes.
  if (isTooLong(body)) {
    stepsToo = false;
    eventsToo = false;
    context = contextText(execution, item, requestId, true);
    body = compose(asStored);
  }
  return {
    url: fn.url,
    stepId: targetOf(execution, item),
    body,
    canonicalBody: () => compose(canonicalTexts(forms, execution)),
    runId: run.id,
    requestId,
    jobId: item.id,
    generationId: item.fence,
    requestVersion: run.requestVersion,
    traceparent: traceparentOf(execution),
    functionId: item.functionId,
    appId: fn.appId,
  };
}

function isTooLong(body: string): boolean {
  if (body.length * 3 <= limits.requestBytes) return false;
  return body.length > limits.requestBytes || new TextEncoder().encode(body).length > limits.requestBytes;
}

function eventStub(event: EventRecord | undefined): string {
  return JSON.stringify({ data: {}, id: event?.id ?? "", name: event?.name ?? "", ts: event?.ts ?? 0, user: {} });
}
