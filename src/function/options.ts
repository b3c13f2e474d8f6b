/**
 * A function's options: their types, and their check when the function is defined, long before it runs.
 * Flow-control options travel as they were given, lengths of time aside: the engine acts on them.
 */
import { type DurationInput, type InstantLike, notNegative, type Retries } from "../duration/index.ts";
import { type EventRecord, type EventReference, type EventType, eventMatch, isEventType } from "../events/index.ts";
import type { AnyMiddleware } from "../middleware/index.ts";
import {
  anything,
  assertId,
  callback,
  flag,
  fromSpecs,
  list,
  type Rule,
  reportFor,
  retries,
  rule,
  shape,
  text,
} from "../options/index.ts";
import { excludedOption, exclusionReason, flowOptions } from "../protocol/function-options.ts";
import { type CheckpointingOption, checkpointingRule } from "./checkpointing.ts";
import type { FailureHandler } from "./context.ts";

/** A limit on steps that run at once. */
export interface Concurrency {
  /** Steps that run at the same time. 0: as many as there are. */
  limit: number;
  /** CEL over `event`: each value has a limit of its own. */
  key?: string;
  /** What shares the limit. Default: `fn`. The others need a `key`. */
  scope?: "fn" | "env" | "account";
}

/** Limits on whole runs (`fn`, at most one) beside limits on steps (`step`, at most two). */
export interface RunConcurrency {
  fn?: readonly Concurrency[];
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
  /** Names the function forever: 1 or more characters, unique in the app. */
  id: string;
  /** Shown to people. Default: the id. */
  name?: string;
  /** For the reader of the code; engines do not show it. */
  description?: string;
  /** Retries after the first attempt, 0 to 20, and the delays between them. Default: the engine's, normally 4. */
  retries?: Retries;
  /**
   * Steps of this function that run at once: a number, one limit, or two; or limits on runs and on steps. 0: no limit.
   */
  concurrency?: number | Concurrency | readonly Concurrency[] | RunConcurrency;
  /**
   * Starts one run each `period / limit`; the rest wait. After a quiet time `burst` more start at once. `period`: 1 s or more.
   * Default of `burst`: 0.
   */
  throttle?: { limit: number; period: DurationInput; burst?: number; key?: string };
  /** Starts at most `limit` runs a `period`, 1 s to 24 h; the rest are skipped. */
  rateLimit?: { limit: number; period: DurationInput; key?: string };
  /**
   * Starts one run, with the last event, once no event came for `period`, 1 s to 7 days, or `timeout` after the first one.
   */
  debounce?: { period: DurationInput; timeout?: DurationInput; key?: string };
  /** Collects 2 to 1000 events, for 1 s to 1 h, and starts one run for them. Not beside options that look at one event. */
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

const match = eventMatch("event");
const { event: cancelEvent, timeout: cancelTimeout } = fromSpecs(flowOptions.cancelOn.entry.fields);

/** As authors write it: perhaps an event type in place of its name, `match` in place of `if`. */
const cancel: Rule = (value, path, report) => {
  match(value, path, report);
  const { event, timeout = 0 } = value as CancelOn<string | EventType>;
  cancelEvent(isEventType(event) ? event.name : event, `${path}.event`, report);
  cancelTimeout(notNegative(timeout), `${path}.timeout`, report);
};

/** Every option there is, and what it may be. */
const RULES: Rule = shape({
  id: text,
  name: text,
  description: rule("a text", (value) => typeof value === "string"),
  triggers: anything,
  retries,
  ...fromSpecs(flowOptions),
  cancelOn: list(cancel, flowOptions.cancelOn.min, flowOptions.cancelOn.max),
  onFailure: callback,
  middleware: anything,
  checkpointing: checkpointingRule,
  experimentalCheckpointing: checkpointingRule,
  optimizeParallelism: flag,
});

/**
 * Checks everything about a function's options but its triggers.
 * @throws {StepwellError} `invalid_option`, naming the function and the option.
 */
export function assertFunctionOptions(options: unknown): asserts options is FunctionOptions {
  assertId("createFunction()", options);
  const report = reportFor(functionNamed(options.id));
  RULES(options, "", report);
  const given = options as FunctionOptions;
  const excluded = excludedOption((option) => asksFor(given, option));
  if (excluded !== undefined)
    report(excluded, "is given beside batchEvents", `one of the two, since ${exclusionReason}`);
}

/** An empty list of events that cancel, or a priority without an expression, asks for nothing. */
function asksFor({ cancelOn, priority, ...others }: FunctionOptions, option: keyof FunctionOptions): boolean {
  if (option === "cancelOn") return (cancelOn?.length ?? 0) > 0;
  return (option === "priority" ? priority?.run : (others as FunctionOptions)[option]) !== undefined;
}

/** How errors name a function. */
export function functionNamed(id: string): string {
  return `Function "${id}"`;
}
