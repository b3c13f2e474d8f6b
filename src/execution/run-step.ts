/** Runs one step here and now, and says what came of it. Called by the planner. Never throws for what a step throws. */

import { NonRetriableError } from "../errors/index.ts";
import type { Operation, Userland } from "../protocol/opcode.ts";
import type { StepCall } from "../steps/index.ts";
import { type Failure, toFailure } from "./outcome.ts";

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
  const timing = (): { a: number; b: number } => ({
    a: startMs * NS_PER_MS,
    b: Math.max(0, now() - startMs) * NS_PER_MS,
  });
  try {
    const data = await run();
    const operation = { ...head("StepRun", step), data: data === undefined ? null : data, timing: timing() };
    return { operation, text: toJson(operation), failure: null, thrown: undefined };
  } catch (thrown) {
    const failure = toFailure(thrown, isLastAttempt, delayMs);
    const operation = failedOperation(step, failure, timing());
    try {
      return { operation, text: JSON.stringify(operation), failure, thrown };
    } catch {
      const bare = { ...operation, opts: {} };
      return { operation: bare, text: JSON.stringify(bare), failure, thrown };
    }
  }
}

function toJson(operation: Operation): string {
  try {
    return JSON.stringify(operation);
  } catch (cause) {
    throw notJson(`Step "${operation.displayName}"`, cause);
  }
}

/** The error for a result that cannot travel. `what` names whose it is. */
export function notJson(what: string, cause: unknown): NonRetriableError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new NonRetriableError(`${what} returned a value that cannot be written as JSON: ${why}. Return plain data.`, {
    cause,
  });
}

/** The operation for a step that threw: `StepError` when it is to be tried again, else `StepFailed`. */
function failedOperation(step: NewStep, failure: Failure, timing: { a: number; b: number }): Operation {
  const { error, retriable } = failure;
  const data = retriable ? null : { __serialized: true, name: error.name, message: error.message, stack: "" };
  return { ...head(retriable ? "StepError" : "StepFailed", step), error, timing, data };
}

/** The operation for a step that waits to be run, or that the engine carries out. */
export function plannedOperation(step: NewStep): Operation {
  const { op, displayName, name, opts } = step.call;
  return {
    displayName,
    op,
    id: step.id,
    ...(name === undefined ? {} : { name }),
    opts,
    userland: toUserland(step),
    data: null,
  };
}

function head(op: "StepRun" | "StepError" | "StepFailed", step: NewStep): Operation {
  const { name, opts, displayName } = step.call;
  return { id: step.id, op, ...(name === undefined ? {} : { name }), opts, displayName, userland: toUserland(step) };
}

function toUserland(step: NewStep): Userland {
  return step.index === 0 ? { id: step.call.id } : { id: step.call.id, index: step.index };
}
