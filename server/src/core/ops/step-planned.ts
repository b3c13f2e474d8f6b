/** StepPlanned: a step was found and is to be run by a call of its own, with attempts of its own. */
import { callPut } from "../queue-puts.ts";
import type { ApplyOperation } from "./draft.ts";
import { pendingStep } from "./step-record.ts";

export const stepPlanned: ApplyOperation = (draft, operation) => {
  const { run } = draft.execution;
  draft.plans.push({
    step: pendingStep(draft, operation, "Planned", null),
    item: callPut(run, draft.fn, { id: `${run.id}:${operation.id}`, kind: "step", stepId: operation.id }),
  });
};
