/**
 * A function's options: their types, and their check when the function is defined, long before it runs.
 * Flow-control options travel as they were given, lengths of time aside: the engine acts on them.
 */
import type { DurationInput, InstantLike, Retries } from "../duration/index.ts";
import { type EventRecord, type EventReference, eventMatch } from "../events/index.ts";
import type { AnyMiddleware } from "../middleware/index.ts";
import {
  anything,
  assertId,
  callback,
  duration,
  flag,
  isRecord,
  list,
  oneOf,
  type Rule,
  reportFor,
  retries,
  rule,
  shape,
  text,
  whole,
} from "../options/index.ts";
import * as limits from "../protocol/limits.ts";
import { type CheckpointingOption, checkpointingRule } from "./checkpointing.ts";
import type { FailureHandler } from "./context.ts";

/** A limit on steps that run at once. */
export interface Concurrency {
  /** Steps that run at the same time. */
  limit: number;
  /** CEL over `event`: each value has a limit of its own. */
  key?: string;
  /** What shares the limit. Default: `fn`. The others need a `key`. */
  scope?: "fn" | "env" | "account";
}

/** Limits on whole runs (`fn`, at most one) beside limits on steps (`step`, at most two). */
export interface RunConcurrency {
  fn?: readonly Omit<Concurrency, "scope">[];
  step?: readonly Concurrency[];
}

/** An event that cancels a run. */
export interface CancelOn<TEvent = EventReference<EventRecord>> {
  event: TEvent;
  /** A path that must be equal in both events, e.g. `"data.userId"`. */
  match?: string;
  /** CEL over `event`, which started the run, and `async`, which would cancel it. */
  if?: string;
  /** How long the run can be cancelled: a length of time or a moment. Default: as long as it lasts. */
  timeout?: DurationInput | Date | InstantLike;
}

/**
 * Options of `createFunction`. All but `id` may be left out.
 * @example
 * ```ts
 * import type { FunctionOptions } from "stepwell";
 *
 * const careful: FunctionOptions = {
 *   id: "charge",
 *   retries: { attempts: 5, backoff: { initial: "10s", factor: 3, max: "10m", jitter: 0.2 } },
 *   concurrency: { limit: 3, key: "event.data.userId" },
 *   timeouts: { finish: "1h" },
 * };
 * export { careful };
 * ```
 */
export interface FunctionOptions<TEvents extends EventRecord = EventRecord> {
  /** Names the function for ever: 1 or more characters, unique in the app. */
  id: string;
  /** Shown to people. Default: the id. */
  name?: string;
  /** For the reader of the code; engines do not show it. */
  description?: string;
  /** Retries after the first attempt, 0 to 20, and the delays between them. Default: the engine's, normally 4. */
  retries?: Retries;
  /** Steps of this function that run at once: a number, one limit, or two; or limits on runs and on steps. */
  concurrency?: number | Concurrency | readonly Concurrency[] | RunConcurrency;
  /**
   * Starts one run each `period / limit`; the rest wait. After a quiet time `burst` more start at once. `period`: 1 s or more.
   * Default of `burst`: 0.
   */
  throttle?: { limit: number; period: DurationInput; burst?: number; key?: string };
  /** Starts at most `limit` runs a `period`, 1 s to 24 h; the rest are skipped. */
  rateLimit?: { limit: number; period: DurationInput; key?: string };
  /** Starts one run, with the last event, once no event came for `period`, 1 s to 7 days. */
  debounce?: { period: DurationInput; timeout?: DurationInput; key?: string };
  /** Collects events, up to 100 or for up to 60 s, and starts one run for them. */
  batchEvents?: { maxSize: number; timeout: DurationInput; key?: string; if?: string };
  /** CEL over `event`: one run for each value in 24 hours. */
  idempotency?: string;
  /** CEL over `event` that gives -600 to 600 seconds by which the run jumps ahead. */
  priority?: { run?: string };
  /** How long a run may wait to start, and how long it may take. */
  timeouts?: { start?: DurationInput; finish?: DurationInput };
  /** One run at a time: a second is skipped, or cancels the first. */
  singleton?: { mode: "skip" | "cancel"; key?: string };
  /** Events that cancel a run. At most 5. */
  cancelOn?: readonly CancelOn<EventReference<TEvents>>[];
  /**
   * True: a pause of the app or of everything does not hold this function, only one of its own does. For what must go on while
   * all else stands still, such as a health check. Default: false. Other engines ignore it.
   */
  exemptFromPauses?: boolean;
  /** Runs once a run has failed for good. */
  onFailure?: FailureHandler<TEvents>;
  /** Middleware of this function, after the client's. */
  middleware?: readonly AnyMiddleware[];
  /** Whether steps are reported while the function goes on, and how often. Default: the client's. */
  checkpointing?: CheckpointingOption;
  /** Older name of `checkpointing`. */
  experimentalCheckpointing?: CheckpointingOption;
  /** False: the engine calls the app after each of several parallel steps, not once after the last. Default: the client's. */
  optimizeParallelism?: boolean;
}

const limit: Rule = whole(1);
const period: Rule = duration(" of 1s or more", limits.periodMinMs);
const limitOnSteps: Rule = shape({ limit: whole(0), key: text, scope: oneOf("fn", "env", "account") }, "limit");
const bareLimit: Rule = rule(
  "a whole number of 0 or more, { limit, key?, scope? }, one or two of these, or { fn?, step? }",
  (given) => Number.isInteger(given) && (given as number) >= 0,
);

const oneLimit: Rule = (value, path, report) => {
  if (!isRecord(value)) return bareLimit(value, path, report);
  limitOnSteps(value, path, report);
  const { key, scope = "fn" } = value;
  if (scope !== "fn" && key === undefined) report(`${path}.key`, "is missing", "a CEL expression");
};

const limitsOnSteps: Rule = list(oneLimit, 1, limits.concurrencyPerFunction);
const runsAndSteps: Rule = shape({
  fn: list(shape({ limit, key: text }, "limit"), 0, 1),
  step: list(oneLimit, 0, limits.concurrencyPerFunction),
});

const concurrency: Rule = (value, path, report) => {
  const isBoth = isRecord(value) && ("fn" in value || "step" in value);
  (isBoth ? runsAndSteps : Array.isArray(value) ? limitsOnSteps : oneLimit)(value, path, report);
};

const flow = (max: number, range: string, more: Readonly<Record<string, Rule>>, ...required: string[]): Rule =>
  shape({ ...more, period: duration(range, limits.periodMinMs, max), key: text }, ...required, "period");

/** Every option there is, and what it may be. */
const RULES: Rule = shape({
  id: text,
  name: text,
  description: rule("a text", (value) => typeof value === "string"),
  triggers: anything,
  retries,
  concurrency,
  throttle: shape({ limit, period, burst: whole(0), key: text }, "limit", "period"),
  rateLimit: flow(limits.rateLimitPeriodMaxMs, " from 1s to 24h", { limit }, "limit"),
  debounce: flow(limits.debouncePeriodMaxMs, " from 1s to 7d", { timeout: period }),
  batchEvents: shape(
    {
      maxSize: whole(1, limits.batchSizeMax),
      timeout: duration(" from 1s to 60s", limits.periodMinMs, limits.batchTimeoutMaxMs),
      key: text,
      if: text,
    },
    "maxSize",
    "timeout",
  ),
  idempotency: text,
  priority: shape({ run: text }),
  timeouts: shape({ start: period, finish: period }),
  singleton: shape({ mode: oneOf("skip", "cancel"), key: text }, "mode"),
  cancelOn: list(eventMatch("event"), 0, limits.cancelOnPerFunction),
  exemptFromPauses: flag,
  onFailure: callback,
  middleware: anything,
  checkpointing: checkpointingRule,
  experimentalCheckpointing: checkpointingRule,
  optimizeParallelism: flag,
});

/** What a batch cannot be combined with: a batch has many events, these ask about one. */
const NOT_WITH_BATCHES = ["cancelOn", "debounce", "singleton", "priority"] as const;

/**
 * Checks everything about a function's options but its triggers.
 * @throws {StepwellError} `invalid_option`, naming the function and the option.
 */
export function assertFunctionOptions(options: unknown): asserts options is FunctionOptions {
  assertId("createFunction()", options);
  const report = reportFor(functionNamed(options.id));
  RULES(options, "", report);
  const given = options as FunctionOptions;
  for (const key of given.batchEvents === undefined ? [] : NOT_WITH_BATCHES) {
    if (given[key] !== undefined) report(key, "is given beside batchEvents", "one of the two");
  }
}

/** How errors name a function. */
export function functionNamed(id: string): string {
  return `Function "${id}"`;
}
