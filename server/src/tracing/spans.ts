/**
 * The spans of a run that has ended, as OTLP writes them in JSON: one for the run, one for each step, one for each attempt that
 * failed. They belong to the trace of the event that started the run, or to one of its own. Called by trace-exporter. Pure.
 * Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding.
 */
import { type RunTrace, runSpanOf, spanIdOf } from "../core/wire/trace-context.ts";
import type { EventRecord } from "../domain/event.ts";
import type { RunRecord } from "../domain/run/run.ts";
import type { AttemptRecord, StepRecord } from "../domain/run/step.ts";

export interface EndedRun {
  run: RunRecord;
  /** The first of those that started it; null where it is gone. */
  event: EventRecord | null;
  steps: readonly StepRecord[];
  attempts: readonly AttemptRecord[];
  /** `<app>-<function>`, or the function's id where nobody knows it any more. */
  slug: string;
}

type Value = { stringValue: string } | { intValue: string };

export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  /** 1: internal, 3: client, 5: consumer. */
  kind: 1 | 3 | 5;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Value }[];
  /** 1: ok, 2: error. */
  status: { code: 0 | 1 | 2; message?: string };
}

const nano = (ms: number): string => `${ms}000000`;
/** Characters of an error's message. */
const messageMost = 1000;

function toAttributes(values: Readonly<Record<string, string | number | null>>): OtlpSpan["attributes"] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === null) return [];
    return [{ key, value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value } }];
  });
}

/** Name and message in a line; null for what is no error. */
function lineOf(text: string | null): string | null {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) return null;
  const { name, message } = value as { name?: unknown; message?: unknown };
  const parts = [name, message].filter((part): part is string => typeof part === "string" && part !== "");
  return parts.length === 0 ? null : parts.join(": ").slice(0, messageMost);
}

const failed = (message: string | null): OtlpSpan["status"] => ({ code: 2, ...(message === null ? {} : { message }) });

function toRunSpan({ run, event, slug }: EndedRun, trace: RunTrace): OtlpSpan {
  const isFailed = run.status === "Failed";
  return {
    traceId: trace.traceId,
    spanId: trace.spanId,
    ...(trace.parentSpanId === null ? {} : { parentSpanId: trace.parentSpanId }),
    name: slug,
    kind: 5,
    startTimeUnixNano: nano(run.startedAt ?? run.queuedAt),
    endTimeUnixNano: nano(run.endedAt ?? run.queuedAt),
    attributes: toAttributes({
      "stepwell.run.id": run.id,
      "stepwell.function.id": slug,
      "stepwell.run.status": run.status,
      "stepwell.run.queued_ms": run.startedAt === null ? null : run.startedAt - run.queuedAt,
      "stepwell.event.id": event?.internalId ?? null,
      "stepwell.event.name": event?.name ?? null,
    }),
    status: isFailed ? failed(lineOf(run.output)) : { code: run.status === "Completed" ? 1 : 0 },
  };
}

function toStepSpan(step: StepRecord, { run }: EndedRun, trace: RunTrace): OtlpSpan {
  const start = step.startedAt ?? step.queuedAt;
  return {
    traceId: trace.traceId,
    spanId: spanIdOf(`${run.id} ${step.id}`),
    parentSpanId: trace.spanId,
    name: step.displayName,
    kind: 1,
    startTimeUnixNano: nano(start),
    endTimeUnixNano: nano(step.endedAt ?? run.endedAt ?? start),
    attributes: toAttributes({
      "stepwell.step.id": step.displayName,
      "stepwell.step.op": step.op,
      "stepwell.step.status": step.status,
      "stepwell.step.attempts": step.attempts,
    }),
    status: step.status === "Failed" ? failed(null) : { code: step.status === "Completed" ? 1 : 0 },
  };
}

function toAttemptSpan(attempt: AttemptRecord, { run, slug }: EndedRun, trace: RunTrace): OtlpSpan {
  const { stepId, displayName, attempt: number } = attempt;
  return {
    traceId: trace.traceId,
    spanId: spanIdOf(`${run.id} attempt ${stepId ?? ""} ${number} ${attempt.startedAt}`),
    parentSpanId: stepId === null ? trace.spanId : spanIdOf(`${run.id} ${stepId}`),
    name: `${displayName ?? slug} attempt ${number + 1}`,
    kind: 3,
    startTimeUnixNano: nano(attempt.startedAt),
    endTimeUnixNano: nano(attempt.endedAt),
    attributes: toAttributes({ "stepwell.step.id": displayName, "stepwell.attempt": number }),
    status: failed(lineOf(attempt.error)),
  };
}

/** None of a trace that its sender does not record. */
export function toSpans(ended: EndedRun): OtlpSpan[] {
  const trace = runSpanOf(ended.run, ended.event);
  if (!trace.isSampled) return [];
  return [
    toRunSpan(ended, trace),
    ...ended.steps.map((step) => toStepSpan(step, ended, trace)),
    ...ended.attempts.map((attempt) => toAttemptSpan(attempt, ended, trace)),
  ];
}
