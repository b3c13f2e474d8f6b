/** From what a call came to, to its answer. Pure; called by call. */
import { NonRetriableError } from "../../errors/index.ts";
import { type Failure, notJson, type Outcome, toFailure } from "../../execution/index.ts";
import { headerKeys } from "../../protocol/headers.ts";
import type { Operation } from "../../protocol/opcode.ts";
import { hashStepId } from "../../steps/index.ts";
import type { Answer } from "../answer.ts";

/** A function's result is written as JSON here, once; one that JSON cannot hold fails the function for good. */
export function outcomeToAnswer(outcome: Outcome): Answer {
  switch (outcome.type) {
    case "function-resolved":
      return functionResolved(outcome.data, (text) => ({ status: 200, text }));
    case "run-complete":
      return functionResolved(outcome.data, (data) => runComplete(outcome.unsaved, data));
    case "function-rejected":
      return functionRejected(outcome.failure);
    case "steps-found":
      return stepsFound(outcome.operations);
    case "checkpoint-failed":
      return { status: 206, text: `[${outcome.unsaved.join()}]` };
    case "step-ran":
      return {
        status: 206,
        text: `[${outcome.text}]`,
        ...(outcome.failure ? { headers: retryHeaders(outcome.failure) } : {}),
      };
    case "stale":
      return functionRejected(toFailure(new NonRetriableError("Stale: another call has taken this run over."), true));
    case "step-not-found":
      return stepNotFound(outcome);
  }
}

function functionResolved(data: unknown, toAnswer: (text: string) => Answer): Answer {
  try {
    return toAnswer(JSON.stringify(data) ?? "null");
  } catch (error) {
    return functionRejected(toFailure(notJson("The function's result", error), true));
  }
}

function runComplete(unsaved: readonly string[], data: string): Answer {
  const complete = `{"op":"RunComplete","id":"${hashStepId("complete")}","data":${data}}`;
  return { status: 206, text: `[${[...unsaved, complete].join()}]` };
}

function functionRejected(failure: Failure): Answer {
  return { status: failure.retriable ? 500 : 400, json: failure.error, headers: retryHeaders(failure) };
}

/** A step whose arguments JSON cannot hold fails the function for good. */
function stepsFound(operations: readonly Operation[]): Answer {
  try {
    return { status: 206, text: JSON.stringify(operations) };
  } catch (error) {
    return functionRejected(toFailure(notJson("A step's arguments", error), true));
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
