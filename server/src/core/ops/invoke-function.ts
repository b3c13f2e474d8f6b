/** InvokeFunction: the run goes on when another function, maybe of another app, has done what it was asked. */
import { internalEvents, type Operation } from "stepwell/protocol";
import type { FunctionRecord } from "../../domain/app.ts";
import { EngineError } from "../../domain/error.ts";
import type { EventRecord } from "../../domain/event.ts";
import { wakePut } from "../../domain/queue/queue-puts.ts";
import { stepWait, yearMs } from "../../domain/run/wait-records.ts";
import { toStoredJson, toWellFormed } from "../../domain/stored-json.ts";
import { startRun } from "../start/start-run.ts";
import { readMeta, readUser } from "../wire/event-meta.ts";
import { inheritedTrace } from "../wire/trace-context.ts";
import { toDeadline } from "./deadline.ts";
import type { ApplyOperation, Draft } from "./draft.ts";
import { endedStep, isRace, pendingStep, raceDetail, stepName } from "./step-record.ts";

type Fields = Record<string, unknown>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The step fails at once, and the function may catch that. */
function refuse(draft: Draft, operation: Operation, name: string, message: string): void {
  draft.ends.push(endedStep(draft, operation, "Failed", `{"error":${toStoredJson({ name, message })}}`));
  draft.discover = true;
  draft.discoverNow ||= isRace(operation);
}

function payloadOf(operation: Operation): Fields {
  const payload = operation.opts?.payload;
  if (payload === undefined || payload === null) return {};
  if (isObject(payload)) return payload;
  throw new EngineError(
    "invalid_request",
    `Step "${stepName(operation)}": \`payload\` must be an object with \`data\`.`,
  );
}

/** What the reference puts beside the caller's data, as far as it says something here. */
function originOf({ execution, fn }: Draft, target: FunctionRecord, operation: Operation, expiresAt: number): Fields {
  return {
    correlation_id: `${execution.run.id}.${operation.id}`,
    expire: expiresAt,
    fn_id: target.slug,
    name: stepName(operation),
    source_app_id: fn.appId,
    source_fn_id: fn.id,
    source_fn_v: fn.version,
  };
}

function invokedEvent(draft: Draft, target: FunctionRecord, operation: Operation, expiresAt: number): EventRecord {
  const { data, v, meta, user } = payloadOf(operation);
  if (data !== undefined && data !== null && !isObject(data)) {
    throw new EngineError(
      "invalid_request",
      `Step "${stepName(operation)}": \`data\` must be an object, got ${Array.isArray(data) ? "array" : typeof data}.`,
    );
  }
  const text = toStoredJson({ ...data, _inngest: originOf(draft, target, operation, expiresAt) });
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > draft.limits.eventSizeBytes) {
    throw new EngineError(
      "event_too_large",
      `Step "${stepName(operation)}" passes ${sizeBytes} bytes, the most is ${draft.limits.eventSizeBytes}. Pass a reference to the data.`,
    );
  }
  const internalId = draft.parts.newId(draft.now);
  return {
    internalId,
    id: internalId,
    name: internalEvents.functionInvoked,
    data: text,
    ts: draft.now,
    v: typeof v === "string" && v !== "" ? toWellFormed(v) : null,
    meta: metaOf(operation, meta, inheritedTrace(draft.execution, operation.id)),
    user: readUser(user),
    receivedAt: draft.now,
  };
}

function metaOf(operation: Operation, meta: unknown, traceparent: string | null): string | null {
  try {
    return readMeta(meta, traceparent);
  } catch (error) {
    throw badMeta(operation, error as Error);
  }
}

function badMeta(operation: Operation, cause: Error): EngineError {
  return new EngineError("invalid_request", `Step "${stepName(operation)}": ${cause.message}`, { cause });
}

function deadlineOf(draft: Draft, operation: Operation): number {
  const text = String(operation.opts?.timeout ?? "");
  if (text === "") return draft.now + yearMs;
  return toDeadline(operation, text, { now: draft.now, mostMs: draft.limits.sleepMaxMs, verb: "waits" });
}

export const invokeFunction: ApplyOperation = (draft, operation) => {
  const { execution, now, parts } = draft;
  const { run } = execution;
  const slug = String(operation.opts?.function_id ?? "");
  const target = parts.registry.functionBySlug(slug);
  const expiresAt = deadlineOf(draft, operation);
  if (target === null) {
    // It may have been synced at another engine in this moment: then this is decided again.
    draft.registry = parts.registry.version();
    const message = `There is no function "${slug}" to invoke. Sync the app that serves it, and check the app's and the function's id.`;
    refuse(draft, operation, "InngestFunctionNotFoundError", message);
    return;
  }
  let event: EventRecord;
  try {
    event = invokedEvent(draft, target, operation, expiresAt);
  } catch (error) {
    refuse(draft, operation, "InngestInvokeError", (error as Error).message);
    return;
  }
  const waiting = { runId: run.id, stepId: operation.id, functionId: run.functionId };
  const start = startRun(parts, target, event, {
    now,
    cron: null,
    idempotencyKey: null,
    parent: { runId: run.id, stepId: operation.id },
    onRefused: waiting,
  });
  const wait = stepWait(run, operation.id, { kind: "invoke", name: start.run.id, expiresAt, now });
  const detail = { function: target.slug, runId: start.run.id, eventId: event.internalId, ...raceDetail(operation) };
  draft.plans.push({
    step: { ...pendingStep(draft, operation, "Invoking", expiresAt), detail: JSON.stringify(detail) },
    item: wakePut(run, operation.id, expiresAt),
    waits: [{ wait }],
    events: [event],
    starts: [start],
  });
};
