/**
 * The record of a function: checked options, triggers and handler. Made by the client's `createFunction`,
 * read by the handler and the replay machine. Holds no state of any run.
 */
import type { Retries } from "../duration/index.ts";
import { invalidOption, isBranded } from "../errors/index.ts";
import type { AcceptedEvent, CheckEvents } from "../events/index.ts";
import { type AnyMiddleware, assertMiddleware } from "../middleware/index.ts";
import { type Report, reportFor, show } from "../options/index.ts";
import type { Trigger } from "../protocol/registration.ts";
import type { Invocable } from "../steps/index.ts";
import { type Checkpointing, toCheckpointing } from "./checkpointing.ts";
import type { Context, FailureHandler, Handler } from "./context.ts";
import { createExecution, type FunctionExecution } from "./create-execution.ts";
import type { FunctionOptions } from "./options.ts";
import { assertFunctionOptions, functionNamed } from "./options.ts";
import { parseTriggers } from "./triggers.ts";

/**
 * A function of an app: pass it to `serve`, or to `step.invoke`.
 * @example
 * ```ts
 * import { Inngest, type InngestFunction } from "stepwell";
 *
 * const inngest = new Inngest({ id: "shop" });
 * const hello = inngest.createFunction({ id: "hello", triggers: { event: "shop/opened" } }, () => "hello");
 * export const functions: InngestFunction[] = [hello];
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: a function of any kind
export interface InngestFunction<TData = any, TOutput = any> extends Invocable<TData, TOutput> {
  readonly [Symbol.toStringTag]: "Inngest.Function";
  /** The options as they were given. */
  readonly opts: FunctionOptions & { triggers?: unknown };
  readonly triggers: readonly Trigger[];
  /** What the triggers' schemas accept, of which the handler makes sure; empty when none has a schema. */
  readonly accepted: readonly AcceptedEvent[];
  readonly handler: Handler;
  readonly onFailureHandler: FailureHandler | null;
  /** Undefined: the client's. */
  readonly checkpointing: Checkpointing | null | undefined;
  readonly retries: Retries | undefined;
  /** After the client's. */
  readonly middleware: readonly AnyMiddleware[];
  readonly name: string;
  readonly description?: string;
  /** The client that made the function. */
  readonly client: FunctionOwner;
  /** The function's id, after `<prefix>-` when a prefix (the app's id) is given. */
  id(prefix?: string): string;
  /** For test kits: makes one call of the function. Needs the `internals` entry. */
  createExecution(options: object): FunctionExecution;
}

/** Functions in general. */
// biome-ignore lint/style/noNamespace: apps of the published SDK name these types so
export declare namespace InngestFunction {
  /** A function with any triggers and output. */
  type Any = InngestFunction;
  /** A function of any copy of the package. */
  type Like = { readonly [Symbol.toStringTag]: "Inngest.Function" };
}

/** What a function knows of its client. */
export interface FunctionOwner {
  /** The app's id. */
  readonly id: string;
}

/**
 * Makes a function from either call style: options with `triggers` and a handler, or options, trigger(s) and a handler.
 * @throws {StepwellError} `invalid_option`, saying which option of which function and what is allowed.
 */
export function createFunctionRecord(client: FunctionOwner, args: readonly unknown[]): InngestFunction {
  const [options] = args;
  assertFunctionOptions(options);
  const { id, name, description, experimentalCheckpointing, checkpointing = experimentalCheckpointing } = options;
  const { middleware = [] } = options;
  const where = functionNamed(id);
  assertMiddleware(where, middleware);
  const handler = args.length >= 3 ? args[2] : args[1];
  if (typeof handler !== "function") {
    throw invalidOption(
      `${where}: createFunction expects a handler function as its last argument, but got ${show(handler)}`,
    );
  }
  const report = reportFor(where);
  const { triggers, accepted, check } = parseTriggers(report, triggersOf(report, args));
  const fn: InngestFunction = {
    [Symbol.toStringTag]: "Inngest.Function",
    opts: options,
    triggers,
    accepted,
    handler: check === null ? (handler as Handler) : checked(handler as Handler, accepted, check),
    onFailureHandler: (options.onFailure as FailureHandler | undefined) ?? null,
    checkpointing: checkpointing === undefined ? undefined : toCheckpointing(checkpointing),
    retries: options.retries,
    middleware,
    name: name ?? id,
    ...(description !== undefined && { description }),
    client,
    id: (prefix) => (prefix === undefined ? id : `${prefix}-${id}`),
    createExecution: (given) => createExecution(fn, given),
  };
  return fn;
}

function triggersOf(report: Report, args: readonly unknown[]): unknown {
  const { triggers } = args[0] as { triggers?: unknown };
  if (args.length < 3) return triggers;
  if (triggers !== undefined) report("triggers", "is given twice", "in the options or as the second argument");
  if (args[1] === undefined) report("triggers", "is undefined", "a trigger or an array of triggers");
  return args[1];
}

/** Events are checked as the handler would see them: after middleware has decrypted or changed them. */
function checked(handler: Handler, accepted: readonly AcceptedEvent[], check: CheckEvents): Handler {
  return (context: Context) => {
    const pending = check(accepted, context.events);
    return pending === undefined ? handler(context) : pending.then(() => handler(context));
  };
}

/**
 * Whether a value is a function of this or another copy of an SDK.
 * @example
 * ```ts
 * import { isInngestFunction } from "stepwell";
 *
 * export const onlyFunctions = (values: unknown[]) => values.filter(isInngestFunction);
 * ```
 */
export function isInngestFunction(value: unknown): value is InngestFunction {
  return isBranded(value, "Inngest.Function");
}
