/** StepError: a step threw and may be tried again. StepFailed: it threw for good, and the function may catch that. */
import type { Operation, SerializedError } from "stepwell/protocol";
import { toStoredJson } from "../../domain/stored-json.ts";
import type { ApplyOperation, Draft } from "./draft.ts";
import { endedStep, isRace, stepName } from "./step-record.ts";

const unknownError: SerializedError = { name: "Error", message: "The step failed without saying why" };

function recordAttempt(draft: Draft, operation: Operation, retryAt: number | null): void {
  draft.attempts.push({
    runId: draft.execution.run.id,
    stepId: operation.id,
    displayName: stepName(operation),
    attempt: draft.item.attempt,
    startedAt: draft.calledAt,
    endedAt: draft.now,
    error: toStoredJson(operation.error ?? unknownError),
    retryAt,
  });
}

export const stepFailed: ApplyOperation = (draft, operation) => {
  recordAttempt(draft, operation, null);
  const { __serialized: _mark, ...error } = operation.error ?? unknownError;
  draft.ends.push(endedStep(draft, operation, "Failed", `{"error":${toStoredJson(error)}}`));
  draft.discover = true;
  draft.discoverNow ||= isRace(operation);
};

export const stepError: ApplyOperation = (draft, operation) => {
  const { item, retry } = draft;
  if (retry.noRetry === true || operation.error?.noRetry === true || item.attempt + 1 >= item.maxAttempts) {
    stepFailed(draft, operation);
    return;
  }
  const dueAt = retry.retryAt ?? draft.now + draft.backoffMs;
  recordAttempt(draft, operation, dueAt);
  draft.settle = { kind: "retry", attempt: item.attempt + 1, dueAt };
};
