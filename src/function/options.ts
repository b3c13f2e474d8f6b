/**
 * A function's options: their types, and their check when the function is defined, long before it runs.
 * Flow-control options are checked for shape only and pass through: the engine acts on them.
 */
import type { DurationInput, InstantLike } from "../duration/index.ts";
import { StepwellError } from "../errors/index.ts";
import type { EventName, EventRecord } from "../events/index.ts";
import { limits } from "../protocol/limits.ts";
import type { FailureHandler } from "./context.ts";
import { optionError } from "./option-error.ts";

export interface Concurrency {
  /** Steps that run at the same time. */
  limit: number;
  /** CEL over `event`: each value has a limit of its own. */
  key?: string;
  /** What shares the limit. Default: `fn`. */
  scope?: "fn" | "env" | "account";
}

export interface CancelOn<TName extends string = string> {
  event: TName;
  /** A path that must be equal in both events, e.g. `"data.userId"`. */
  match?: string;
  /** CEL over `event`, which started the run, and `async`, which would cancel it. */
  if?: string;
  /** How long the run can be cancelled: a length of time or a moment. Default: as long as it lasts. */
  timeout?: DurationInput | Date | InstantLike;
}

export interface FunctionOptions<TEvents extends EventRecord = EventRecord> {
  /** Names the function for ever: 1 or more characters, unique in the app. */
  id: string;
  /** Shown to people. Default: the id. */
  name?: string;
  /** For the reader of the code; engines do not show it. */
  description?: string;
  /** Retries after the first attempt, 0 to 20. Default: the engine's, normally 4. */
  retries?: number;
  /** Steps of this function that run at once: a number, one limit, or two. */
  concurrency?: number | Concurrency | readonly Concurrency[];
  /** Starts at most `limit` runs a `period`; the rest wait. */
  throttle?: { limit: number; period: string; burst?: number; key?: string };
  /** Starts at most `limit` runs a `period`; the rest are skipped. */
  rateLimit?: { limit: number; period: string; key?: string };
  /** Starts one run, with the last event, once no event came for `period`. */
  debounce?: { period: string; timeout?: string; key?: string };
  /** Collects events and starts one run for many. */
  batchEvents?: { maxSize: number; timeout: string; key?: string; if?: string };
  /** CEL over `event`: one run for each value in 24 hours. */
  idempotency?: string;
  /** CEL over `event` that gives -600 to 600 seconds by which the run jumps ahead. */
  priority?: { run?: string };
  /** How long a run may wait to start, and how long it may take. */
  timeouts?: { start?: string; finish?: string };
  /** One run at a time: a second is skipped, or cancels the first. */
  singleton?: { mode: "skip" | "cancel"; key?: string };
  /** Events that cancel a run. At most 5. */
  cancelOn?: readonly CancelOn<EventName<TEvents>>[];
  /** Runs once a run has failed for good. */
  onFailure?: FailureHandler<TEvents>;
}

const KNOWN: ReadonlySet<string> = new Set([
  "id",
  "name",
  "description",
  "retries",
  "concurrency",
  "throttle",
  "rateLimit",
  "debounce",
  "batchEvents",
  "idempotency",
  "priority",
  "timeouts",
  "singleton",
  "cancelOn",
  "onFailure",
  "triggers",
]);
/** Options that the reference SDK knows and this version does not build. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  "middleware",
  "checkpointing",
  "experimentalCheckpointing",
  "optimizeParallelism",
]);
const OBJECTS = ["throttle", "rateLimit", "debounce", "batchEvents", "priority", "timeouts", "singleton"] as const;

/**
 * Checks everything about a function's options but its triggers.
 * @throws {StepwellError} `invalid_option` or `not_supported`, naming the function and the option.
 */
export function assertFunctionOptions(options: unknown): asserts options is FunctionOptions {
  const id = functionIdOf(options);
  const given = options as unknown as Record<string, unknown>;
  for (const key of Object.keys(given)) {
    if (given[key] === undefined || KNOWN.has(key)) continue;
    if (UNSUPPORTED.has(key)) {
      throw new StepwellError(
        `Function "${id}": option \`${key}\` is not supported in this version of stepwell; remove it.`,
        {
          code: "not_supported",
        },
      );
    }
    throw optionError(id, key, "is not known", [...KNOWN].join(", "));
  }
  for (const key of ["name", "description", "idempotency"] as const) {
    if (given[key] !== undefined && typeof given[key] !== "string")
      throw optionError(id, key, `is ${typeof given[key]}`, "a text");
  }
  for (const key of OBJECTS) {
    const value = given[key];
    if (value !== undefined && (typeof value !== "object" || value === null || Array.isArray(value))) {
      throw optionError(id, key, `is ${value === null ? "null" : typeof value}`, "an object");
    }
  }
  assertRetries(id, given["retries"]);
  assertConcurrency(id, given["concurrency"]);
  if (given["onFailure"] !== undefined && typeof given["onFailure"] !== "function") {
    throw optionError(id, "onFailure", `is ${typeof given["onFailure"]}`, "a function");
  }
  assertCancelOn(id, given["cancelOn"]);
}

function functionIdOf(options: unknown): string {
  const shape =
    'createFunction expects options such as `{ id: "send-welcome-mail", triggers: { event: "user/created" } }` first';
  if (typeof options !== "object" || options === null) {
    throw new StepwellError(`${shape}, but got ${options === null ? "null" : typeof options}.`, {
      code: "invalid_option",
    });
  }
  const { id } = options as { id?: unknown };
  if (typeof id !== "string" || id.trim() === "") {
    const got =
      id === undefined
        ? "is missing"
        : id === ""
          ? "is empty"
          : typeof id === "string"
            ? "is blank"
            : `is ${typeof id}`;
    throw new StepwellError(`A function's option \`id\` ${got}; allowed: a text that is not empty. ${shape}.`, {
      code: "invalid_option",
    });
  }
  return id;
}

function assertRetries(id: string, retries: unknown): void {
  if (retries === undefined) return;
  const fine = Number.isInteger(retries) && (retries as number) >= 0 && (retries as number) <= limits.retriesMax;
  if (!fine) throw optionError(id, "retries", `is ${String(retries)}`, `a whole number from 0 to ${limits.retriesMax}`);
}

function assertConcurrency(id: string, concurrency: unknown): void {
  if (concurrency === undefined) return;
  const list = Array.isArray(concurrency) ? concurrency : [concurrency];
  if (list.length < 1 || list.length > 2)
    throw optionError(id, "concurrency", `has ${list.length} limits`, "one or two");
  for (const entry of list) {
    const limit: unknown = typeof entry === "object" && entry !== null ? (entry as Concurrency).limit : entry;
    const fine = Number.isInteger(limit) && (limit as number) >= 0;
    if (!fine)
      throw optionError(
        id,
        "concurrency",
        `has the limit ${String(limit)}`,
        "a whole number, or `{ limit, key?, scope? }`",
      );
  }
}

function assertCancelOn(id: string, cancelOn: unknown): void {
  if (cancelOn === undefined) return;
  if (!Array.isArray(cancelOn))
    throw optionError(id, "cancelOn", `is ${typeof cancelOn}`, "an array of `{ event, match? or if?, timeout? }`");
  cancelOn.forEach((entry: unknown, index) => {
    const option = `cancelOn[${index}]`;
    const { event, match, if: expression } = (entry ?? {}) as Record<string, unknown>;
    if (typeof event !== "string" || event === "")
      throw optionError(id, option, "has no event", "`{ event, match? or if?, timeout? }`");
    if (match !== undefined && expression !== undefined)
      throw optionError(id, option, "has both match and if", "one of them");
  });
}
