/**
 * The record of a function: checked options, triggers and handler. Made by the client's `createFunction`,
 * read by the handler and the replay machine. Holds no state of any run.
 */
import { StepwellError } from "../errors/index.ts";
import type { Trigger } from "../protocol/registration.ts";
import type { FailureHandler, Handler } from "./context.ts";
import { optionError } from "./option-error.ts";
import type { FunctionOptions } from "./options.ts";
import { assertFunctionOptions } from "./options.ts";
import { parseTriggers } from "./triggers.ts";

/** A function of an app: pass it to `serve`. */
export interface InngestFunction {
  readonly [Symbol.toStringTag]: "Inngest.Function";
  /** The options as they were given. */
  readonly opts: FunctionOptions & { triggers?: unknown };
  readonly triggers: readonly Trigger[];
  readonly handler: Handler;
  readonly onFailureHandler: FailureHandler | null;
  readonly name: string;
  readonly description?: string;
  /** The function's id, after `<prefix>-` when a prefix (the app's id) is given. */
  id(prefix?: string): string;
}

/**
 * Makes a function from either call style: options with `triggers` and a handler, or options, trigger(s) and a handler.
 * @throws {StepwellError} `invalid_option` or `not_supported`, saying which option of which function and what is allowed.
 */
export function createFunctionRecord(args: readonly unknown[]): InngestFunction {
  const [options] = args;
  assertFunctionOptions(options);
  const { id, name, description } = options;
  const inOptions = (options as { triggers?: unknown }).triggers;
  const positional = args.length >= 3;
  if (positional && inOptions !== undefined) {
    throw optionError(id, "triggers", "is given twice", "either `triggers` in the options or a second argument");
  }
  if (positional && args[1] === undefined)
    throw optionError(id, "triggers", "is undefined", "a trigger or an array of triggers");
  const handler = positional ? args[2] : args[1];
  if (typeof handler !== "function") {
    throw new StepwellError(
      `Function "${id}": createFunction expects a handler function as its last argument, but got ${handler === null ? "null" : typeof handler}.`,
      { code: "invalid_option" },
    );
  }
  const triggers = parseTriggers(id, positional ? args[1] : inOptions);
  return {
    [Symbol.toStringTag]: "Inngest.Function",
    opts: options,
    triggers,
    handler: handler as Handler,
    onFailureHandler: (options.onFailure as FailureHandler | undefined) ?? null,
    name: name ?? id,
    ...(description === undefined ? {} : { description }),
    id: (prefix) => (prefix === undefined ? id : `${prefix}-${id}`),
  };
}

/** Whether a value is a function of this or another copy of an SDK. */
export function isInngestFunction(value: unknown): value is InngestFunction {
  return (
    typeof value === "object" && value !== null && (value as InngestFunction)[Symbol.toStringTag] === "Inngest.Function"
  );
}
