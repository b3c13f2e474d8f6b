/** Schemas of what `/v2` answers about runs. Used by the descriptions of routes. */
import type {
  ErrorAnswer,
  ErrorLineAnswer,
  FunctionName,
  InvokedAnswer,
  LogAnswer,
  MetadataAnswer,
  RunActionsAnswer,
  RunAnswer,
  RunStateAnswer,
  RunStatusName,
  RunWaitAnswer,
  RunWaitKind,
  SpanAnswer,
  StartedAnswer,
  StepAnswer,
  WhyAnswer,
} from "../answers.ts";
import {
  anyObject,
  anything,
  flag,
  integer,
  list,
  moment,
  named,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  self,
  text,
  ulid,
} from "./schema.ts";

export const runStatusNames = ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "SKIPPED"] as const;
const runStatus: Schema<RunStatusName> = oneOf(runStatusNames);

export const functionName: Schema<FunctionName> = object({ id: text(), name: nullable(text()) });
export const appName: Schema<{ id: string | null }> = object({ id: nullable(text()) });
export const errorLine: Schema<ErrorLineAnswer> = named("ErrorLine", object({ name: text(), message: text() }));
export const errorObject: Schema<ErrorAnswer> = named(
  "Error",
  object({ name: optional(text()), message: optional(text()), stack: optional(text()), cause: optional(anything()) }),
);

const runFields = {
  id: ulid(),
  function: functionName,
  app: appName,
  status: runStatus,
  queuedAt: moment(),
  startedAt: nullable(moment()),
  endedAt: nullable(moment()),
  reason: nullable(text()),
  originalRunId: nullable(ulid()),
  parent: nullable(object({ runId: ulid(), stepId: text() })),
  error: nullable(errorLine),
  trigger: object({ eventIds: list(ulid()), isBatch: flag(), cron: nullable(text()) }),
  output: optional(anything({ description: "What the function returned, or the error that it failed with." })),
};
export const run: Schema<RunAnswer> = named("Run", object(runFields));

export const runWaitKind: Schema<RunWaitKind> = oneOf([
  "calling",
  "paused",
  "not-synced",
  "concurrency",
  "throttle",
  "retry",
  "unreachable",
  "suspect",
  "delayed",
  "turn",
  "sleep",
  "event",
  "signal",
  "invoke",
]);

const runWait: Schema<RunWaitAnswer> = named(
  "RunWait",
  object({
    kind: runWaitKind,
    sentence: text({ description: "The same, for people." }),
    step: optional(nullable(text())),
    since: optional(integer()),
    until: optional(nullable(integer())),
    at: optional(integer()),
    attempt: optional(integer()),
    maxAttempts: optional(integer()),
    error: optional(nullable(text())),
    runId: optional(nullable(ulid())),
    runIds: optional(list(ulid())),
    event: optional(text()),
    condition: optional(nullable(text())),
    signal: optional(text()),
    function: optional(text()),
    functionId: optional(text()),
    label: optional(text()),
    limit: optional(integer()),
    used: optional(integer()),
    setBy: optional(nullable(object({ author: text(), reason: text(), since: integer() }))),
    scope: optional(text()),
    author: optional(text()),
    reason: optional(text()),
    tries: optional(integer()),
    crashes: optional(integer()),
    before: optional(integer()),
    otherLanes: optional(integer()),
  }),
);
export const runState: Schema<RunStateAnswer> = named("RunState", object({ ...runFields, waits: list(runWait) }));
export const why: Schema<WhyAnswer> = object({ runId: ulid(), status: runStatus, waits: list(runWait) });

export const metadata: Schema<MetadataAnswer> = named(
  "Metadata",
  object({ kind: text(), scope: oneOf(["run", "step"]), attempt: optional(integer()), values: anyObject() }),
);

export const span: Schema<SpanAnswer> = named(
  "Span",
  object({
    id: text(),
    name: text(),
    status: text(),
    stepId: nullable(text()),
    stepOp: optional(text()),
    attempts: optional(integer()),
    queuedAt: moment(),
    startedAt: nullable(moment()),
    endedAt: nullable(moment()),
    durationMs: nullable(integer()),
    wakesAt: optional(nullable(moment())),
    retryAt: optional(nullable(moment())),
    error: optional(errorObject),
    output: optional(anything()),
    metadata: optional(list(anyObject())),
    children: list(self<SpanAnswer>("Span")),
  }),
);

export const step: Schema<StepAnswer> = named(
  "Step",
  object({
    id: text(),
    name: text(),
    op: text(),
    status: text(),
    attempts: integer(),
    queuedAt: moment(),
    startedAt: nullable(moment()),
    endedAt: nullable(moment()),
    wakesAt: nullable(moment()),
    retryAt: nullable(moment()),
    detail: optional(anyObject()),
    output: optional(anything()),
    error: optional(errorObject),
    failedAttempts: list(
      object({
        attempt: integer(),
        startedAt: moment(),
        endedAt: moment(),
        retryAt: nullable(moment()),
        error: errorObject,
      }),
    ),
    metadata: list(metadata),
  }),
);

export const logLevelNames = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export const logLine: Schema<LogAnswer> = named(
  "LogLine",
  object({
    number: integer(),
    at: nullable(moment()),
    level: oneOf(logLevelNames),
    text: text(),
    fields: nullable(anyObject()),
    stepId: nullable(text()),
    stepName: nullable(text()),
    attempt: integer(),
  }),
);

export const started: Schema<StartedAnswer> = object({ runId: ulid() });
export const invoked: Schema<InvokedAnswer> = object({ runId: ulid(), outcome: text() });

export const runActionNames = ["cancel", "rerun", "retry", "drop"] as const;
export const runActions: Schema<RunActionsAnswer> = object({
  action: oneOf(runActionNames),
  done: integer(),
  results: list(
    object({
      runId: ulid(),
      isDone: flag(),
      startedRunId: nullable(ulid()),
      error: optional(object({ code: text(), message: text() })),
    }),
  ),
});
