/** From what a call came to, to its answer. Pure; called by call. */
import { NonRetriableError } from "../errors/index.ts";
import { type Failure, type Outcome, toFailure } from "../execution/index.ts";
import { headerKeys } from "../protocol/headers.ts";
import type { Operation } from "../protocol/opcode.ts";
import type { Answer } from "./answer.ts";

/** Every value is written as JSON here, once; one that JSON cannot hold fails its step or function for good. */
export function outcomeToAnswer(outcome: Outcome): Answer {
  switch (outcome.type) {
    case "function-resolved":
      return functionResolved(outcome.data);
    case "function-rejected":
      return functionRejected(outcome.failure);
    case "steps-found":
      return { status: 206, text: JSON.stringify(outcome.operations) };
    case "step-ran":
      return stepRan(outcome.operation, outcome.failure);
    case "step-not-found":
      return stepNotFound(outcome);
  }
}

function functionResolved(data: unknown): Answer {
  try {
    return { status: 200, text: JSON.stringify(data) ?? "null" };
  } catch (error) {
    return functionRejected(toFailure(notJson("The function", error), true));
  }
}

function functionRejected(failure: Failure): Answer {
  return { status: failure.retriable ? 500 : 400, json: failure.error, headers: retryHeaders(failure) };
}

function stepRan(operation: Operation, failure: Failure | null): Answer {
  try {
    return { status: 206, text: JSON.stringify([operation]), ...(failure ? { headers: retryHeaders(failure) } : {}) };
  } catch (error) {
    const final = toFailure(notJson(`Step "${operation.displayName}"`, error), true);
    const { name, message } = final.error;
    const failed: Operation = {
      ...operation,
      op: "StepFailed",
      opts: {},
      error: final.error,
      data: { __serialized: true, name, message, stack: "" },
    };
    return { status: 206, json: [failed], headers: retryHeaders(final) };
  }
}

function stepNotFound(outcome: Extract<Outcome, { type: "step-not-found" }>): Answer {
  const { requestedStepId, foundSteps, totalFoundSteps } = outcome;
  const found = foundSteps.map(({ name, id }) => `${name} (${id})`).join(", ") || "none";
  const error = `Could not find step "${requestedStepId}" to run; timed out. Found new steps: ${found}.`;
  return {
    status: 500,
    json: { error, requestedStep: requestedStepId, foundSteps, totalFoundSteps },
    headers: { [headerKeys.noRetry]: "false" },
  };
}

function retryHeaders(failure: Failure): Record<string, string> {
  return {
    [headerKeys.noRetry]: String(!failure.retriable),
    ...(failure.retryAfter === null ? {} : { [headerKeys.retryAfter]: failure.retryAfter }),
  };
}

function notJson(what: string, cause: unknown): NonRetriableError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new NonRetriableError(`${what} returned a value that cannot be written as JSON: ${why}. Return plain data.`, {
    cause,
  });
}
