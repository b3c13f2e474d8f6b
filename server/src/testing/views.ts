/** Records as tests read them: JSON parsed, functions by name. Called by the test server. Pure. */
import type { EventRecord } from "../domain/event.ts";
import type { RunRecord, RunStatus } from "../domain/run/run.ts";
import type { LogLevel, LogRecord } from "../domain/run/run-log.ts";
import type { MetadataRecord } from "../domain/run/run-metadata.ts";
import type { AttemptRecord, StepRecord } from "../domain/run/step.ts";
import { type StepView, type StepViewStatus, viewSteps } from "../domain/run/step-view.ts";

/** Times are milliseconds since 1970. */
export interface TestEvent {
  /** Its own id, or the engine's when the sender gave none. */
  id: string;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the data of any event
  data: any;
  ts: number;
  /** Absent when the sender gave none. */
  v?: string;
  receivedAt: number;
}

/** What a run or a step failed with. */
export interface TestError {
  name: string;
  message: string;
  stack?: string;
  cause?: unknown;
}

/** A try that failed. */
export interface TestAttempt {
  /** From 0. */
  attempt: number;
  error: TestError;
  /** Milliseconds since 1970. */
  endedAt: number;
  /** When the next try is due, milliseconds since 1970; null when it was the last. */
  retryAt: number | null;
}

/** What is known about a run or a step beside its result. */
export interface TestMetadata {
  kind: string;
  /** From 0; null when it is about all attempts. */
  attempt: number | null;
  values: Record<string, unknown>;
}

/** A line that the function wrote with its logger. */
export interface TestLogLine {
  /** Milliseconds since 1970. */
  at: number;
  level: LogLevel;
  text: string;
  fields: Record<string, unknown>;
  /** The step that wrote it; null for the function's body. */
  step: string | null;
  /** From 0. */
  attempt: number;
}

/** Times are milliseconds since 1970, null until it happens. */
export interface TestStep {
  /** As its author wrote it. */
  name: string;
  /** The id as it travels. */
  hashedId: string;
  op: string;
  /** `Retrying`: an attempt failed, and `failures` says when the next one is due. */
  status: StepViewStatus;
  /** What the function was given; undefined while there is nothing. */
  // biome-ignore lint/suspicious/noExplicitAny: the output of any step
  output: any;
  /** Null when it did not fail. */
  error: TestError | null;
  /** Tries that failed, oldest first. */
  failures: TestAttempt[];
  metadata: TestMetadata[];
  queuedAt: number;
  endedAt: number | null;
  /** When a sleep ends or a wait gives up; null for other steps. */
  wakesAt: number | null;
}

/** Times are milliseconds since 1970, null until it happens. */
export interface TestRun {
  id: string;
  /** `<app>-<function>`. */
  function: string;
  status: RunStatus;
  /** What the function returned; undefined while it has not, or when it failed. */
  // biome-ignore lint/suspicious/noExplicitAny: the output of any function
  output: any;
  /** What it failed with; null when it did not. */
  error: TestError | null;
  /** Why it was cancelled or skipped; null otherwise. */
  reason: string | null;
  /** What started it: one event, unless events are batched. */
  events: TestEvent[];
  /** Ended steps in their order, then the others. */
  steps: TestStep[];
  /** Tries of the function's own code that failed, oldest first. */
  failures: TestAttempt[];
  /** Of the run; that of steps stands there. */
  metadata: TestMetadata[];
  /** What it wrote with `ctx.logger`, the first 1,000 lines. */
  logs: TestLogLine[];
  queuedAt: number;
  startedAt: number | null;
  endedAt: number | null;
}

export function toTestEvent({ id, name, data, ts, v, receivedAt }: EventRecord): TestEvent {
  return { id, name, data: JSON.parse(data), ts, ...(v === null ? {} : { v }), receivedAt };
}

function toTestAttempt({ attempt, error, endedAt, retryAt }: AttemptRecord): TestAttempt {
  return { attempt, error: JSON.parse(error) as TestError, endedAt, retryAt };
}

/** An event that was waited for is remembered bare, and has data of its own. */
function readMemo(op: string, memo: string | null): { output: unknown; error: TestError | null } {
  if (memo === null) return { output: undefined, error: null };
  const value: unknown = JSON.parse(memo);
  if (typeof value !== "object" || value === null) return { output: value, error: null };
  if ("error" in value) return { output: undefined, error: value.error as TestError };
  const isEvent = op === "WaitForEvent" && "name" in value;
  return { output: !isEvent && "data" in value ? value.data : value, error: null };
}

function toTestMetadata(metadata: readonly MetadataRecord[], id: string | null): TestMetadata[] {
  const own = metadata.filter(({ stepId }) => stepId === id);
  return own.map(({ kind, attempt, values }) => ({ kind, attempt, values: JSON.parse(values) }));
}

function toTestStep(step: StepView, attempts: readonly AttemptRecord[], metadata: readonly MetadataRecord[]): TestStep {
  return {
    name: step.displayName,
    hashedId: step.id,
    op: step.op,
    status: step.status,
    ...readMemo(step.op, step.memo),
    failures: attempts.filter(({ stepId }) => stepId === step.id).map(toTestAttempt),
    metadata: toTestMetadata(metadata, step.id),
    queuedAt: step.queuedAt,
    endedAt: step.endedAt,
    wakesAt: step.wakesAt,
  };
}

export interface RunParts {
  run: RunRecord;
  slug: string;
  events: readonly EventRecord[];
  steps: readonly StepRecord[];
  attempts: readonly AttemptRecord[];
  metadata: readonly MetadataRecord[];
  logs: readonly LogRecord[];
}

function toTestLogLine({ at, level, text, fields, stepName, attempt }: LogRecord): TestLogLine {
  return { at, level, text, fields: fields === null ? {} : JSON.parse(fields), step: stepName, attempt };
}

export function toTestRun({ run, slug, events, steps, attempts, metadata, logs }: RunParts): TestRun {
  const value: unknown = run.output === null ? undefined : JSON.parse(run.output);
  const hasFailed = run.status === "Failed";
  return {
    id: run.id,
    function: slug,
    status: run.status,
    output: run.status === "Completed" ? value : undefined,
    error: hasFailed ? (value as TestError) : null,
    reason: run.reason,
    events: events.map(toTestEvent),
    steps: viewSteps(run, steps, attempts).map((step) => toTestStep(step, attempts, metadata)),
    failures: attempts.filter(({ stepId }) => stepId === null).map(toTestAttempt),
    metadata: toTestMetadata(metadata, null),
    logs: logs.map(toTestLogLine),
    queuedAt: run.queuedAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
  };
}
