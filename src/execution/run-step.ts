/** Runs one step here and now, and says what came of it. Called by the planner. Never throws for what a step throws. */

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
}

export interface RunStepInput {
  step: NewStep;
  isLastAttempt: boolean;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** @returns the operation to report, and the failure when the step threw. */
export async function runStep({
  step,
  isLastAttempt,
  now,
}: RunStepInput): Promise<{ operation: Operation; failure: Failure | null }> {
  const startMs = now();
  const timing = (): { a: number; b: number } => ({
    a: startMs * NS_PER_MS,
    b: Math.max(0, now() - startMs) * NS_PER_MS,
  });
  try {
    const data = await step.call.run?.(step.input);
    const operation = { ...head("StepRun", step), data: data === undefined ? null : data, timing: timing() };
    return { operation, failure: null };
  } catch (thrown) {
    const failure = toFailure(thrown, isLastAttempt);
    return { operation: failedOperation(step, failure, timing()), failure };
  }
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
  return { displayName, op, id: step.id, name, opts, userland: toUserland(step), data: null };
}

function head(op: "StepRun" | "StepError" | "StepFailed", step: NewStep): Operation {
  const { name, opts, displayName } = step.call;
  return { id: step.id, op, name, opts, displayName, userland: toUserland(step) };
}

function toUserland(step: NewStep): Userland {
  return step.index === 0 ? { id: step.call.id } : { id: step.call.id, index: step.index };
}
