/** Schemas of what `/v2/metrics` answers. Used by the descriptions of routes. */
import type { BacklogAnswer, FiguresAnswer, FunctionMetricsAnswer, MetricsAnswer, SpreadAnswer } from "../answers.ts";
import { appName, functionName } from "./run-schemas.ts";
import { integer, list, moment, named, nullable, number, object, oneOf, type Schema, text } from "./schema.ts";

const spread: Schema<SpreadAnswer> = named(
  "Spread",
  object({ count: integer(), avg: number(), p50: number(), p95: number(), p99: number(), max: number() }),
);

const calls = object({ ok: integer(), error: integer(), unreachable: integer(), crashed: integer() });

const figureFields = {
  started: integer(),
  completed: integer(),
  failed: integer(),
  cancelled: integer(),
  skipped: integer(),
  successRate: nullable(number()),
  retries: integer(),
  deadLetters: integer(),
  steps: object({ completed: integer(), failed: integer(), timedOut: integer(), cancelled: integer() }),
  runMs: nullable(spread),
  waitMs: nullable(spread),
  stepMs: nullable(spread),
  errors: list(object({ name: text(), count: integer() })),
  calls,
  callMs: nullable(spread),
};
const figures: Schema<FiguresAnswer> = named("Figures", object(figureFields));

const backlog: Schema<BacklogAnswer> = named(
  "Backlog",
  object({
    queued: integer(),
    running: integer(),
    oldestQueuedAt: nullable(moment()),
    oldestAgeMs: nullable(integer()),
    deadLetters: integer(),
  }),
);

const functionMetrics: Schema<FunctionMetricsAnswer> = named(
  "FunctionMetrics",
  object({
    function: functionName,
    app: appName,
    total: figures,
    queue: backlog,
    lastSuccessAt: nullable(moment()),
    completed: list(integer()),
    failed: list(integer()),
  }),
);

export const metrics: Schema<MetricsAnswer> = named(
  "Metrics",
  object({
    from: moment(),
    to: moment(),
    bucket: oneOf(["minute", "hour", "day"]),
    total: figures,
    queue: backlog,
    lastSuccessAt: nullable(moment()),
    buckets: list(object({ at: moment(), ...figureFields })),
    functions: list(functionMetrics),
    apps: list(object({ app: appName, calls, callMs: nullable(spread) })),
  }),
);
