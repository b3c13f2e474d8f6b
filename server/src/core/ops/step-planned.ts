/** StepPlanned: a step was found and is to be run by a call of its own, with attempts of its own. */
import type { ApplyOperation } from "./draft.ts";
import { pendingStep } from "./step-record.ts";

export const stepPlanned: ApplyOperation = (draft, operation) => {
  const { run } = draft.execution;
  draft.plans.push({
    step: pendingStep(draft, operation, "Planned", null),
    item: {
      id: `${run.id}:${operation.id}`,
      kind: "step",
      functionId: run.functionId,
      runId: run.id,
      stepId: operation.id,
      attempt: 0,
      maxAttempts: draft.fn.retries + 1,
      dueAt: run.queuedAt,
      payload: null,
    },
  });
};
