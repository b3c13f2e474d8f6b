/** What `new InngestTestEngine()` takes, and the check of it. */
import { type Context, type InngestFunction, isInngestFunction } from "../function/index.ts";
import {
  anything,
  assertOptions,
  callback,
  flag,
  isRecord,
  isText,
  list,
  type Rule,
  rule,
  shape,
  text,
} from "../options/index.ts";
import type { EventPayload } from "../protocol/event.ts";

/** What stands in for a step. */
export interface MockStep {
  /** As written in the function; the second use of an id is `id:1`, the third `id:2`. */
  id: string;
  /** Whether `id` is a hash already. Default: false. */
  idIsHashed?: boolean;
  /** Called once, with the arguments after the id (and after the function). What it gives or throws is the step's. */
  // biome-ignore lint/suspicious/noExplicitAny: the arguments of any step
  handler: (...args: any[]) => unknown;
}

/** How to test a function. */
export interface InngestTestEngineOptions<TFunction extends InngestFunction = InngestFunction> {
  function: TFunction;
  /** What starts the run; ids and times are filled in. Default: an invocation without data. */
  events?: readonly EventPayload[];
  /** Steps that are not to be done. Default: none. */
  steps?: readonly MockStep[];
  /** The step to stop at, written or hashed. Default: the function's end. */
  targetStepId?: string;
  /** True: each step is reported before it runs. Default: false. */
  disableImmediateExecution?: boolean;
  /** Nothing: this SDK hands no arguments of requests to functions. There for tests that set it to an empty list. */
  reqArgs?: readonly never[];
  /** Changes what the handler is given, in every call. Default: `mockCtx`. */
  transformCtx?: (ctx: Context) => Context | Promise<Context>;
}

const events: Rule = list(rule("an event with a `name`", isEvent), 1, Number.POSITIVE_INFINITY);
const mock: Rule = shape({ id: text, idIsHashed: flag, handler: callback }, "id", "handler");

const check: Rule = shape(
  {
    function: rule("a function that a client of `stepwell` made with createFunction()", isOwnFunction),
    events,
    steps: list(mock, 0, Number.POSITIVE_INFINITY),
    targetStepId: text,
    disableImmediateExecution: flag,
    reqArgs: list(anything, 0, 0),
    transformCtx: callback,
  },
  "function",
);

/** @throws {StepwellError} `invalid_option`, naming the option. */
export function assertTestEngineOptions(options: InngestTestEngineOptions): void {
  assertOptions("new InngestTestEngine()", check, options);
}

function isEvent(event: unknown): boolean {
  return isRecord(event) && isText(event["name"]);
}

function isOwnFunction(fn: unknown): boolean {
  return isInngestFunction(fn) && "useEngine" in fn.client;
}
