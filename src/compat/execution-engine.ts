/**
 * `createExecutionEngine` of the `internals` entry, and what `createExecution` of a function comes to: one call of a
 * function without an engine, as the kit `@inngest/test` makes it. Over the machinery of `stepwell/testing`.
 */
import { isInngest } from "../client/index.ts";
import { invalidOption, StepError, StepwellError, serializeError } from "../errors/index.ts";
import type { Outcome } from "../execution/index.ts";
import { type Context, type InngestFunction, isInngestFunction } from "../function/index.ts";
import type { MemoizedStep } from "../protocol/call.ts";
import type { SerializedError } from "../protocol/error.ts";
import type { ReceivedEvent } from "../protocol/event.ts";
import { type Opcode, type Operation, opcodes } from "../protocol/opcode.ts";
import { emittedOpcodes, hashStepId, knownStepIds } from "../steps/index.ts";
import { type TestCallResult, testCall } from "../testing/test-call.ts";

/** What a run remembers of a step. Both may be promises, which are awaited when the function awaits the step. */
export interface ExecutionStepState {
  data?: unknown;
  error?: unknown;
}

/** What one call is made with. */
export interface ExecutionOptions {
  runId: string;
  data: { event: ReceivedEvent; events: ReceivedEvent[] };
  /** By hashed id. Default: nothing is remembered. */
  stepState?: Record<string, ExecutionStepState>;
  /** Hashed ids in the order in which their outputs were saved. */
  stepCompletionOrder?: readonly string[];
  /** The one step to run, hashed. Default: find out what comes next. */
  requestedRunStep?: string | undefined;
  /** True: each step is reported before it runs. Default: false. */
  disableImmediateExecution?: boolean;
  /** Changes what the handler is given. */
  transformCtx?: (ctx: Context) => Context | Promise<Context>;
}

/** A step that the function called, as far as the call has seen it. */
export interface ExecutionOp {
  id: string;
  op: Opcode;
  hashedId: string;
  displayName: string;
  userland: { id: string };
  /** What the step tool was called with. */
  rawArgs: unknown[];
  /** Whether the run remembers it. */
  hasStepState: boolean;
  fulfilled: boolean;
  /** Whether the function has been given what the run remembers. */
  handled: boolean;
  /** What the function gets of it. Stays open when there is no result. */
  promise: Promise<unknown>;
}

/** What one call came to. */
export type ExecutionResult = { ctx: Context; ops: Record<string, ExecutionOp> } & (
  | { type: "function-resolved"; data: unknown }
  | { type: "function-rejected"; error: SerializedError; retriable: boolean | string }
  | { type: "steps-found"; steps: Operation[] }
  | { type: "step-ran"; step: Operation; retriable?: boolean | string }
  | {
      type: "step-not-found";
      step: { id: string; op: "StepNotFound" };
      foundSteps: readonly { id: string; name: string; displayName: string }[];
      totalFoundSteps: number;
    }
);

/** One call of a function that has not been made yet. */
export class InngestExecution {
  readonly #fn: InngestFunction;
  readonly #options: ExecutionOptions;

  constructor(fn: InngestFunction, options: ExecutionOptions) {
    this.#fn = fn;
    this.#options = options;
  }

  /** Makes the call. */
  async start(): Promise<ExecutionResult> {
    const { runId, data, stepState = {}, stepCompletionOrder = Object.keys(stepState) } = this.#options;
    const { requestedRunStep = null, disableImmediateExecution = false, transformCtx = (ctx) => ctx } = this.#options;
    const [first = data.event, ...rest] = data.events ?? [];
    const called = await testCall({
      fn: this.#fn,
      runId,
      events: [first, ...rest],
      steps: Object.fromEntries(Object.entries(stepState).map(([hash, step]) => [hash, toMemo(hash, step)])),
      order: [...new Set(stepCompletionOrder)].filter((hash) => hash in stepState),
      requestedStepId: requestedRunStep,
      disableImmediateExecution,
      transformCtx,
      mockOf: () => undefined,
    });
    const { ctx } = called;
    const result = { ctx, ops: toOps(called), ...toResult(called.outcome, requestedRunStep) };
    return result as ExecutionResult;
  }
}

/**
 * Makes the call of a function that `createExecution` asks for.
 * @throws {StepwellError} `invalid_option` without a function of this SDK.
 */
export function createExecutionEngine(
  fn: unknown,
  { partialOptions }: { partialOptions: ExecutionOptions },
): InngestExecution {
  if (!isInngestFunction(fn) || !isInngest(fn.client)) {
    throw invalidOption("createExecutionEngine() expects a function that a client made with createFunction()");
  }
  return new InngestExecution(fn, partialOptions);
}

/** Not looked at before the function awaits the step: what stands in for it may be called by that. */
function toMemo(hash: string, { data, error }: ExecutionStepState): MemoizedStep {
  const settle = async (): Promise<unknown> => {
    const [value, failure] = await Promise.all([data, error]);
    if (failure === undefined || failure === null) return value;
    throw new StepError(knownStepIds([hash]).join(), serializeError(failure));
  };
  // biome-ignore lint/suspicious/noThenProperty: a value that is computed when it is awaited
  return { type: "data", data: { then: (...settled: []) => settle().then(...settled) } };
}

function toOps({ steps, args }: TestCallResult): Record<string, ExecutionOp> {
  const ops: Record<string, ExecutionOp> = {};
  for (const [hashedId, { stepInfo, result }] of steps) {
    const { id, name = id } = stepInfo.options;
    const { memoized, stepType } = stepInfo;
    const userland = { id };
    ops[hashedId] = {
      id,
      op: opcodeOf(stepType),
      hashedId,
      displayName: name,
      userland,
      rawArgs: [id, ...(args.get(id) ?? [])],
      hasStepState: memoized,
      fulfilled: memoized,
      handled: memoized,
      promise: result,
    };
  }
  return ops;
}

function opcodeOf(stepType: string): Opcode {
  const found = opcodes.find((opcode) => [emittedOpcodes[opcode]].flat().includes(stepType));
  return found ?? "StepPlanned";
}

function toResult(outcome: Outcome, requested: string | null): object {
  switch (outcome.type) {
    case "function-resolved":
      return { type: outcome.type, data: outcome.data };
    case "function-rejected":
      return { type: outcome.type, error: outcome.failure.error, retriable: outcome.failure.retriable };
    case "step-ran": {
      const { operation: step, failure } = outcome;
      if (!failure) return { type: outcome.type, step };
      const { data: _none, ...failed } = step;
      return { type: outcome.type, step: failed, retriable: failure.retriable };
    }
    case "steps-found": {
      const [step] = outcome.operations;
      return requested !== null && step ? standIn(step) : { type: outcome.type, steps: outcome.operations };
    }
    case "step-not-found": {
      const { requestedStepId: id, foundSteps, totalFoundSteps } = outcome;
      return { type: outcome.type, step: { id, op: "StepNotFound" }, foundSteps, totalFoundSteps };
    }
    default:
      throw new StepwellError(`A call without checkpoints ended with ${outcome.type}.`, { code: "not_supported" });
  }
}

/** A step that only an engine can do was asked for, and there is none: a sleep passes at once, others need a mock. */
function standIn(step: Operation): object {
  if (step.op === "Sleep") return { type: "step-ran", step: { ...step, data: null } };
  const id = step.userland?.id ?? step.id;
  const message = `Step "${id}" (${step.op}) is done by the engine, and there is none in this test: give it a result by \`steps: [{ id: "${id}", handler: () => … }]\`.`;
  const error = serializeError(new StepwellError(message, { code: "not_supported" }));
  return { type: "function-rejected", error, retriable: false };
}

/** What the published package calls `_internals`. */
export const _internals: {
  /** The id of a step as it travels. */
  hashId(id: string): string;
  /** The operation with its id as it travels. */
  hashOp<T extends { id: string }>(op: T): T;
} = {
  hashId: hashStepId,
  hashOp: (op) => ({ ...op, id: hashStepId(op.id) }),
};
