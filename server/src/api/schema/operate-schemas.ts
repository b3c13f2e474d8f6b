/** Schemas of what `/v2` answers about what operators look after. Used by the descriptions of routes. */
import type {
  BulkJobAnswer,
  CountAnswer,
  DeadLetterAnswer,
  DeadLetterGroupsAnswer,
  FunctionLimitAnswer,
  LimitOverrideAnswer,
  LimitValueAnswer,
  PauseAnswer,
  QueueAnswer,
  ScheduleAnswer,
  TickAnswer,
} from "../answers.ts";
import { event } from "./event-schemas.ts";
import { appName, errorLine, errorObject, functionName, runWaitKind } from "./run-schemas.ts";
import {
  anything,
  flag,
  integer,
  list,
  moment,
  named,
  nullable,
  object,
  oneOf,
  type Schema,
  text,
  ulid,
} from "./schema.ts";

export const pauseScopes = ["all", "app", "function"] as const;
export const arrivingRules = ["hold", "skip"] as const;

export const pause: Schema<PauseAnswer> = named(
  "Pause",
  object({
    scope: oneOf(pauseScopes),
    target: nullable(text()),
    reason: text(),
    author: text(),
    arriving: oneOf(arrivingRules),
    pausedAt: moment(),
  }),
);

export const limitControlNames = ["concurrency", "runConcurrency", "throttle", "rateLimit"] as const;
const limitFields = { limit: integer(), periodMs: nullable(integer()), burst: nullable(integer()) };
const limitValue: Schema<LimitValueAnswer> = named("LimitValue", object(limitFields));

export const functionLimit: Schema<FunctionLimitAnswer> = named(
  "FunctionLimit",
  object({
    control: oneOf(limitControlNames),
    entry: text(),
    key: nullable(text()),
    scope: nullable(oneOf(["fn", "env", "account"])),
    code: nullable(limitValue),
    now: nullable(limitValue),
    set: nullable(object({ reason: text(), author: text(), setAt: moment() })),
  }),
);

export const limitOverride: Schema<LimitOverrideAnswer> = named(
  "LimitOverride",
  object({
    function: text(),
    control: oneOf(limitControlNames),
    entry: text(),
    ...limitFields,
    code: nullable(limitValue),
    isHeld: flag(),
    reason: text(),
    author: text(),
    setAt: moment(),
  }),
);

export const deadLetter: Schema<DeadLetterAnswer> = named(
  "DeadLetter",
  object({
    runId: ulid(),
    function: functionName,
    app: appName,
    failedAt: moment(),
    isQuarantined: flag(),
    error: errorObject,
    event: nullable(event),
  }),
);

export const deadLetterGroups: Schema<DeadLetterGroupsAnswer> = object({
  groups: list(
    named(
      "DeadLetterGroup",
      object({
        function: functionName,
        error: errorLine,
        count: integer(),
        firstAt: moment(),
        lastAt: moment(),
        perHour: list(integer()),
        runIds: list(ulid()),
      }),
    ),
  ),
  looked: integer(),
  isAll: flag(),
});

export const count: Schema<CountAnswer> = object({ count: integer(), isAll: flag() });

export const bulkJob: Schema<BulkJobAnswer> = named(
  "BulkJob",
  object({
    id: ulid(),
    kind: oneOf(["cancel", "rerun", "retry-dead-letters", "drop-dead-letters"]),
    status: oneOf(["RUNNING", "COMPLETED", "STOPPED"]),
    reason: nullable(text()),
    matched: integer(),
    filter: object({
      functionId: nullable(list(text())),
      status: nullable(list(text())),
      from: nullable(moment()),
      until: nullable(moment()),
      if: nullable(text()),
    }),
    createdAt: moment(),
    endedAt: nullable(moment()),
  }),
);

export const missedRuleNames = ["skip", "one", "all"] as const;
export const schedule: Schema<ScheduleAnswer> = named(
  "Schedule",
  object({
    id: ulid(),
    name: text(),
    cron: text(),
    jitterMs: integer(),
    missed: oneOf(missedRuleNames),
    function: nullable(text()),
    event: nullable(text()),
    data: anything(),
    isPaused: flag(),
    pausedAt: nullable(moment()),
    nextAt: nullable(moment()),
    createdAt: moment(),
  }),
);

export const tick: Schema<TickAnswer> = named(
  "Tick",
  object({ function: text(), cron: text(), timeZone: text(), nextAt: list(moment()) }),
);

export const queue: Schema<QueueAnswer> = object({
  rows: list(
    named(
      "QueueRow",
      object({
        function: functionName,
        kind: runWaitKind,
        label: text(),
        count: integer(),
        oldestAt: moment(),
        nextAt: nullable(moment()),
        sentence: text(),
        runIds: list(ulid()),
        holders: list(ulid()),
      }),
    ),
  ),
  looked: integer(),
  isAll: flag(),
});
