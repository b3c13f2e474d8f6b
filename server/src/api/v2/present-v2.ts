/** Records as `/v2` shows them: camelCase, statuses in capitals. Called by its routes. Pure. */
import { nextTick } from "../../core/crons/cron-expression.ts";
import type { AppRecord, FunctionRecord } from "../../domain/app.ts";
import type { BulkJobRecord } from "../../domain/bulk-job.ts";
import type { EventRecord } from "../../domain/event.ts";
import type { PauseRecord } from "../../domain/pause.ts";
import type { DeadLetterRecord } from "../../domain/run/dead-letter.ts";
import type { RunRecord, RunStatus } from "../../domain/run/run.ts";
import type { MetadataRecord } from "../../domain/run/run-metadata.ts";
import type { AttemptRecord } from "../../domain/run/step.ts";
import type { StepView } from "../../domain/run/step-view.ts";
import type { ScheduleRecord } from "../../domain/schedule.ts";
import { shownUrl } from "../../domain/shown-url.ts";
import type { StorageUse } from "../../ports/store.ts";
import type {
  AppAnswer,
  BulkJobAnswer,
  DeadLetterAnswer,
  ErrorAnswer,
  ErrorLineAnswer,
  EventAnswer,
  FunctionAnswer,
  PauseAnswer,
  RunAnswer,
  RunStatusName,
  ScheduleAnswer,
  SpanAnswer,
  StorageAnswer,
} from "../answers.ts";
import { presentMetadata } from "../present.ts";

type Json = Record<string, unknown>;

/** What a function's id leads to; null when it is unknown by now. */
export type Lookup = (functionId: string) => { fn: FunctionRecord; app: AppRecord | null } | null;

const iso = (ms: number): string => new Date(ms).toISOString();
const time = (ms: number | null): string | null => (ms === null ? null : iso(ms));
export const statusName = (status: RunStatus): RunStatusName => status.toUpperCase() as Uppercase<RunStatus>;
/** An error as its app sent it; `{}` for what is none. */
function parseError(text: string): ErrorAnswer {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? value : {};
}
const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
const took = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : Math.max(to - from, 0);

/** Longer messages are cut in lists; the run itself has all of it. */
const errorLineMax = 300;

/** What a failed run failed with, in a line; null for others. */
function presentErrorLine({ status, output }: RunRecord): ErrorLineAnswer | null {
  if (status !== "Failed" || output === null) return null;
  const { name, message } = (JSON.parse(output) ?? {}) as { name?: unknown; message?: unknown };
  const line = typeof message === "string" ? (message.split("\n", 1)[0] ?? "") : "";
  return { name: typeof name === "string" ? name : "Error", message: line.slice(0, errorLineMax) };
}

export function presentRunV2(run: RunRecord, lookup: Lookup, includeOutput: boolean): RunAnswer {
  const found = lookup(run.functionId);
  return {
    id: run.id,
    function: { id: found?.fn.slug ?? run.functionId, name: found?.fn.name ?? null },
    app: { id: found?.app?.name ?? null },
    status: statusName(run.status),
    queuedAt: iso(run.queuedAt),
    startedAt: time(run.startedAt),
    endedAt: time(run.endedAt),
    reason: run.reason,
    originalRunId: run.originalRunId,
    parent: run.parent,
    error: presentErrorLine(run),
    trigger: { eventIds: run.eventIds, isBatch: run.eventIds.length > 1, cron: run.cron },
    ...(includeOutput ? { output: parse(run.output) } : {}),
  };
}

function presentAttemptSpan(attempt: AttemptRecord): SpanAnswer {
  return {
    id: `${attempt.runId}:${attempt.stepId ?? "function"}:${attempt.attempt}`,
    name: `attempt ${attempt.attempt + 1}`,
    status: attempt.retryAt === null ? "FAILED" : "ERRORED",
    stepId: attempt.stepId,
    queuedAt: iso(attempt.startedAt),
    startedAt: iso(attempt.startedAt),
    endedAt: iso(attempt.endedAt),
    durationMs: took(attempt.startedAt, attempt.endedAt),
    retryAt: time(attempt.retryAt),
    error: parseError(attempt.error),
    children: [],
  };
}

/** What a trace is made of. */
export interface TraceParts {
  run: RunRecord;
  steps: readonly StepView[];
  attempts: readonly AttemptRecord[];
  metadata: readonly MetadataRecord[];
}

function metadataOf(metadata: readonly MetadataRecord[], id: string | null): Json[] {
  return metadata.filter(({ stepId }) => stepId === id).map((entry) => ({ ...presentMetadata(entry) }));
}

function presentStepSpan(step: StepView, { attempts, metadata }: TraceParts, includeOutput: boolean): SpanAnswer {
  return {
    id: `${step.runId}:${step.id}`,
    name: step.displayName,
    status: step.status.toUpperCase(),
    stepId: step.id,
    stepOp: step.op,
    attempts: step.attempts,
    queuedAt: iso(step.queuedAt),
    startedAt: time(step.startedAt),
    endedAt: time(step.endedAt),
    durationMs: took(step.startedAt, step.endedAt),
    wakesAt: time(step.wakesAt),
    retryAt: time(step.retryAt),
    // The detail, which has no kind, stands first.
    metadata: [...(step.detail === null ? [] : [JSON.parse(step.detail)]), ...metadataOf(metadata, step.id)],
    ...(includeOutput ? { output: parse(step.memo) } : {}),
    children: attempts.filter(({ stepId }) => stepId === step.id).map(presentAttemptSpan),
  };
}

/** The run as a tree: its steps, and the failed attempts at each and at the function itself. */
export function presentTrace(parts: TraceParts, lookup: Lookup, includeOutput: boolean): SpanAnswer {
  const { run, steps, attempts, metadata } = parts;
  return {
    id: run.id,
    name: lookup(run.functionId)?.fn.name ?? run.functionId,
    status: statusName(run.status),
    stepId: null,
    queuedAt: iso(run.queuedAt),
    startedAt: time(run.startedAt),
    endedAt: time(run.endedAt),
    durationMs: took(run.startedAt, run.endedAt),
    metadata: metadataOf(metadata, null),
    ...(includeOutput ? { output: parse(run.output) } : {}),
    children: [
      ...attempts.filter(({ stepId }) => stepId === null).map(presentAttemptSpan),
      ...steps.map((step) => presentStepSpan(step, parts, includeOutput)),
    ],
  };
}

export function presentEventV2(event: EventRecord): EventAnswer {
  return {
    id: event.internalId,
    eventId: event.id,
    name: event.name,
    data: parse(event.data),
    ts: event.ts,
    v: event.v,
    meta: parse(event.meta),
    receivedAt: iso(event.receivedAt),
  };
}

/** `functions`: how many it serves. */
export function presentAppV2(app: AppRecord, functions: number): AppAnswer {
  const [language = "", version = ""] = app.sdk.split(":v");
  return {
    id: app.name,
    name: app.name,
    internalId: app.id,
    method: "SERVE",
    isArchived: false,
    functionCount: functions,
    createdAt: iso(app.createdAt),
    appVersion: app.appVersion,
    latestSync: {
      url: shownUrl(app.url),
      sdkLanguage: language,
      sdkVersion: version,
      framework: app.framework,
      syncedAt: iso(app.syncedAt),
      warnings: [...app.warnings],
    },
  };
}

/** Settings as they are kept: times in milliseconds, conditions as CEL. */
function presentConfiguration({ retries, flow }: FunctionRecord): Json {
  const { batch, cancelOn, backoff, ...rest } = flow;
  return { retries, ...rest, batch, cancellations: cancelOn, backoff };
}

export function presentFunctionV2(fn: FunctionRecord, app: AppRecord | null, isPaused: boolean): FunctionAnswer {
  return {
    id: fn.slug,
    name: fn.name,
    slug: fn.slug,
    internalId: fn.id,
    isPaused,
    isArchived: fn.archivedAt !== null,
    app: { id: app?.name ?? null },
    url: shownUrl(fn.url),
    version: fn.version,
    triggers: fn.triggers,
    configuration: presentConfiguration(fn),
    createdAt: iso(fn.createdAt),
    archivedAt: time(fn.archivedAt),
  };
}

/** `event`: the first of the run; null when it is gone. */
export function presentDeadLetter(
  letter: DeadLetterRecord,
  event: EventRecord | null,
  lookup: Lookup,
): DeadLetterAnswer {
  const found = lookup(letter.functionId);
  const error = parseError(letter.error);
  return {
    runId: letter.runId,
    function: { id: found?.fn.slug ?? letter.functionId, name: found?.fn.name ?? null },
    app: { id: found?.app?.name ?? null },
    failedAt: iso(letter.failedAt),
    isQuarantined: error.name === "QuarantinedError",
    error,
    event: event === null ? null : presentEventV2(event),
  };
}

/** `now`: milliseconds since 1970. */
export function presentSchedule(schedule: ScheduleRecord, lookup: Lookup, now: number): ScheduleAnswer {
  const { target } = schedule;
  return {
    id: schedule.id,
    name: schedule.name,
    cron: schedule.cron,
    jitterMs: schedule.jitterMs,
    missed: schedule.missed,
    function: target.kind === "function" ? (lookup(target.functionId)?.fn.slug ?? target.functionId) : null,
    event: target.kind === "event" ? target.name : null,
    data: parse(schedule.data),
    isPaused: schedule.pausedAt !== null,
    pausedAt: time(schedule.pausedAt),
    nextAt: schedule.pausedAt === null ? time(nextTick(schedule.cron, now)) : null,
    createdAt: iso(schedule.createdAt),
  };
}

export function presentBulkJob(job: BulkJobRecord, lookup: Lookup): BulkJobAnswer {
  const { functionIds, statuses, from, until, condition } = job.filter;
  return {
    id: job.id,
    kind: job.kind,
    status: job.status.toUpperCase() as Uppercase<BulkJobRecord["status"]>,
    reason: job.reason,
    matched: job.matched,
    filter: {
      functionId: functionIds?.map((id) => lookup(id)?.fn.slug ?? id) ?? null,
      status: statuses?.map((status) => status.toUpperCase()) ?? null,
      from: time(from ?? null),
      until: time(until ?? null),
      if: condition ?? null,
    },
    createdAt: iso(job.createdAt),
    endedAt: time(job.endedAt),
  };
}

/** `target`: what people call it; null for everything. */
export function presentPause(pause: PauseRecord, target: string | null): PauseAnswer {
  const { scope, reason, author, arriving } = pause;
  return { scope, target, reason, author, arriving, pausedAt: new Date(pause.at).toISOString() };
}

export function presentStorage(use: StorageUse): StorageAnswer {
  const { oldestRunAt, oldestEventAt, ...counts } = use;
  return { ...counts, oldestRunAt: time(oldestRunAt), oldestEventAt: time(oldestEventAt) };
}
