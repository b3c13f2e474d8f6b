/** Runs one step here and now, and says what came of it. Called by the planner. Never throws for what a step throws. */

import { messageOf, NonRetriableError } from "../errors/index.ts";
import type { Operation } from "../protocol/opcode.ts";
import { repeatedId, type StepCall } from "../steps/index.ts";
import type { EnterContext } from "./caller-context.ts";
import { type Failure, toFailure } from "./outcome.ts";
import { toWireJson } from "./wire-json.ts";

const NS_PER_MS = 1_000_000;

/** A step that was called and has no result yet. */
export interface NewStep {
  call: StepCall;
  /** The hashed id. */
  id: string;
  /** 0 for the first use of the id. */
  index: number;
  /** Arguments that replace the step's own; null: none do. */
  input: unknown[] | null;
  /** Gives the step's result to user code. */
  resolve: (value: unknown) => void;
  /** Runs the step where it was called; null for a step that the engine carries out. */
  enter: EnterContext | null;
}

export interface RunStepInput {
  step: NewStep;
  /** Runs the step's function. */
  run: () => unknown;
  isLastAttempt: boolean;
  /** The delay before the next attempt, in milliseconds; null leaves it to the engine. */
  delayMs: (thrown: unknown) => number | null;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** What running a step came to: the operation to report, the same as JSON, and what it threw when it did. */
export interface RanStep {
  operation: Operation;
  text: string;
  failure: Failure | null;
  thrown: unknown;
}

export async function runStep({ step, run, isLastAttempt, delayMs, now }: RunStepInput): Promise<RanStep> {
  const startMs = now();
  const timing = (): NonNullable<Operation["timing"]> => ({
    a: startMs * NS_PER_MS,
    b: Math.max(0, now() - startMs) * NS_PER_MS,
  });
  try {
    const data = (await run()) ?? null;
    const operation = toOperation("StepRun", step, { data, timing: timing() });
    return { operation, text: toJson(operation), failure: null, thrown: undefined };
  } catch (thrown) {
    const failure = toFailure(thrown, isLastAttempt, delayMs);
    const { error, retriable } = failure;
    const { name, message } = error;
    const operation = toOperation(retriable ? "StepError" : "StepFailed", step, {
      error,
      timing: timing(),
      data: retriable ? null : { __serialized: true, name, message, stack: "" },
    });
    try {
      return { operation, text: JSON.stringify(operation), failure, thrown };
    } catch {
      operation.opts = {};
      return { operation, text: JSON.stringify(operation), failure, thrown };
    }
  }
}

function toJson(operation: Operation): string {
  try {
    return toWireJson(operation) as string;
  } catch (cause) {
    throw notJson(`The result of step "${operation.displayName}"`, cause);
  }
}

/** The error for a value that cannot travel. `what` names it. */
export function notJson(what: string, cause: unknown): NonRetriableError {
  return new NonRetriableError(`${what} cannot be written as JSON: ${messageOf(cause)}. Use plain data.`, { cause });
}

/** The operation for a step that waits to be run, or that the engine carries out. */
export function plannedOperation(step: NewStep): Operation {
  const { id, op, displayName, ...rest } = toOperation(step.call.op, withEditedBody(step), { data: null });
  // In the order of the reference SDK.
  return { displayName, op, id, ...rest } as Operation;
}

/** What was put in place of a model's input changes the request's body. */
function withEditedBody(step: NewStep): NewStep {
  const { call, input } = step;
  if (call.kind !== "ai.infer" || input === null) return step;
  const body = Object.assign({}, call.opts["body"], ...input);
  return { ...step, call: { ...call, opts: { ...call.opts, body } } };
}

function toOperation(op: Operation["op"], { id, index, call }: NewStep, more: Partial<Operation>): Operation {
  const { name, opts, displayName } = call;
  const userland = { id: call.renamed ? repeatedId(call.id, index) : call.id, ...(index > 0 && { index }) };
  return { id, op, ...(name !== undefined && { name }), opts, displayName, userland, ...more };
}
