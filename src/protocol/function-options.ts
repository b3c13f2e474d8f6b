/**
 * The options of functions that an engine acts on: what each may be, and which exclude each other. This is said here alone:
 * the SDK's check (src/function/options.ts), the engine's parsing (the server's parse-flow) and docs/flow-control.md read it.
 * Names are those that authors write; on the wire `cancelOn` is `cancel`, and a trigger's `if` is `expression`.
 * Bounds that Inngest sets by an account's plan are wider here, and the same on both sides.
 * Source: Inngest's public pages on flow control.
 */
import {
  batchSizeMax,
  batchTimeoutMaxMs,
  cancelOnPerFunction,
  cancelTimeoutMaxMs,
  concurrencyPerFunction,
  cronJitterMaxMs,
  debouncePeriodMaxMs,
  periodMinMs,
  rateLimitPeriodMaxMs,
  retriesMax,
  sleepMaxMs,
  triggerNameLength,
} from "./limits.ts";
import type {
  EitherSpec,
  ExpressionSpec,
  FlagSpec,
  ListSpec,
  NameSpec,
  NumberSpec,
  ShapeSpec,
  TimeSpec,
  UntilSpec,
  WordSpec,
} from "./option-spec.ts";

type Limit = ShapeSpec<{ limit: NumberSpec; key: ExpressionSpec; scope: WordSpec<"fn" | "env" | "account"> }, "limit">;
type Limits = ListSpec<Limit>;
type Cancel = ShapeSpec<{ event: NameSpec; timeout: UntilSpec; if: ExpressionSpec }, "event">;

/** Every option of flow control, and what it is made of. */
export interface FlowOptions {
  concurrency: EitherSpec<Limits, ShapeSpec<{ fn: Limits; step: Limits }, never>>;
  throttle: ShapeSpec<
    { limit: NumberSpec; period: TimeSpec; burst: NumberSpec; key: ExpressionSpec },
    "limit" | "period"
  >;
  rateLimit: ShapeSpec<{ limit: NumberSpec; period: TimeSpec; key: ExpressionSpec }, "limit" | "period">;
  debounce: ShapeSpec<{ period: TimeSpec; timeout: TimeSpec; key: ExpressionSpec }, "period">;
  batchEvents: ShapeSpec<
    { maxSize: NumberSpec; timeout: TimeSpec; key: ExpressionSpec; if: ExpressionSpec },
    "maxSize" | "timeout"
  >;
  idempotency: ExpressionSpec;
  priority: ShapeSpec<{ run: ExpressionSpec }, never>;
  timeouts: ShapeSpec<{ start: TimeSpec; finish: TimeSpec }, never>;
  singleton: ShapeSpec<{ mode: WordSpec<"skip" | "cancel">; key: ExpressionSpec }, "mode">;
  cancelOn: ListSpec<Cancel>;
  exemptFromPauses: FlagSpec;
}

const key: ExpressionSpec = { kind: "expression", gives: "key" };
const condition: ExpressionSpec = { kind: "expression", gives: "condition" };
const count: NumberSpec = { kind: "number", whole: true, min: 1 };
/** Without a bound of its own. */
const period: TimeSpec = { kind: "time", min: periodMinMs, max: sleepMaxMs };
const delay: TimeSpec = { kind: "time", min: 0, max: sleepMaxMs };

/** A limit of 0 limits nothing. */
const limit: Limit = {
  kind: "shape",
  fields: {
    limit: { kind: "number", whole: true, min: 0 },
    key,
    scope: { kind: "word", words: ["fn", "env", "account"] },
  },
  required: ["limit"],
  bare: "limit",
  needs: { field: "scope", unless: "fn", other: "key" },
};

const limitsOnSteps: Limits = { kind: "list", entry: limit, min: 0, max: concurrencyPerFunction };

/** What an engine is told of a function beside its triggers and retries, in the order in which it travels. */
export const flowOptions: FlowOptions = {
  idempotency: key,
  batchEvents: {
    kind: "shape",
    fields: {
      maxSize: { kind: "number", whole: true, min: 2, max: batchSizeMax },
      timeout: { kind: "time", min: periodMinMs, max: batchTimeoutMaxMs },
      key,
      if: condition,
    },
    required: ["maxSize", "timeout"],
  },
  rateLimit: {
    kind: "shape",
    fields: { limit: count, period: { kind: "time", min: periodMinMs, max: rateLimitPeriodMaxMs }, key },
    required: ["limit", "period"],
  },
  throttle: {
    kind: "shape",
    fields: { limit: count, period, burst: { kind: "number", whole: true, min: 0 }, key },
    required: ["limit", "period"],
  },
  concurrency: {
    kind: "either",
    plain: limitsOnSteps,
    split: {
      kind: "shape",
      fields: { fn: { kind: "list", entry: limit, min: 0, max: 1 }, step: limitsOnSteps },
      required: [],
    },
  },
  debounce: {
    kind: "shape",
    fields: { period: { kind: "time", min: periodMinMs, max: debouncePeriodMaxMs }, timeout: period, key },
    required: ["period"],
  },
  priority: { kind: "shape", fields: { run: { kind: "expression", gives: "number" } }, required: [] },
  timeouts: { kind: "shape", fields: { start: period, finish: period }, required: [] },
  singleton: {
    kind: "shape",
    fields: { mode: { kind: "word", words: ["skip", "cancel"] }, key },
    required: ["mode"],
  },
  exemptFromPauses: { kind: "flag" },
  cancelOn: {
    kind: "list",
    entry: {
      kind: "shape",
      fields: {
        event: { kind: "name", max: triggerNameLength },
        timeout: { kind: "until", min: 0, max: cancelTimeoutMaxMs },
        if: { kind: "expression", gives: "cancel" },
      },
      required: ["event"],
    },
    min: 0,
    max: cancelOnPerFunction,
    strict: true,
  },
};

/** `retries` of functions and of steps: the number, and the delays between attempts. */
export const retryOptions: {
  attempts: NumberSpec;
  delays: ListSpec<TimeSpec>;
  initial: TimeSpec;
  factor: NumberSpec;
  max: TimeSpec;
  jitter: NumberSpec;
} = {
  attempts: { kind: "number", whole: true, min: 0, max: retriesMax },
  delays: { kind: "list", entry: delay, min: 1, max: 100, strict: true },
  initial: delay,
  factor: { kind: "number", min: 1, max: 1000 },
  max: delay,
  jitter: { kind: "number", min: 0, max: 1 },
};

/** What a trigger may say. */
export const triggerOptions: {
  event: NameSpec;
  if: ExpressionSpec;
  jitter: TimeSpec;
  missed: WordSpec<"skip" | "one" | "all">;
} = {
  event: { kind: "name", max: triggerNameLength, wildcard: true },
  if: condition,
  jitter: { kind: "time", min: periodMinMs, max: cronJitterMaxMs },
  missed: { kind: "word", words: ["skip", "one", "all"] },
};

type NotWithBatches = "cancelOn" | "debounce" | "idempotency" | "priority" | "rateLimit" | "singleton";

/** What looks at one event, and so cannot stand beside `batchEvents`. */
const notWithBatches: readonly NotWithBatches[] = [
  "cancelOn",
  "debounce",
  "idempotency",
  "priority",
  "rateLimit",
  "singleton",
];

/** Why they exclude each other, in words that follow the name of the one that goes. */
export const exclusionReason: string = "a batch has many events, and this looks at one";

/**
 * The first option that cannot stand beside the others; undefined when there is none.
 * @param asks whether an option asks for something. An empty `cancelOn` or `priority` asks for nothing.
 */
export function excludedOption(asks: (option: NotWithBatches | "batchEvents") => boolean): NotWithBatches | undefined {
  return asks("batchEvents") ? notWithBatches.find(asks) : undefined;
}
