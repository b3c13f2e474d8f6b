/** StepPlanned: a step was found and is to be run by a call of its own, with attempts of its own. */
import type { Operation } from "stepwell/protocol";
import { stepPut } from "../../domain/queue/queue-puts.ts";
import type { ApplyOperation, Draft } from "./draft.ts";
import { pendingStep } from "./step-record.ts";

/** Attempts that the step asks for, as our SDK sends them in `opts.retries`; null leaves it to the function. */
function ownAttempts({ limits }: Draft, { opts }: Operation): number | null {
  const { attempts } = (opts?.retries ?? {}) as { attempts?: unknown };
  if (!Number.isInteger(attempts) || (attempts as number) < 0) return null;
  return Math.min(attempts as number, limits.retriesMax) + 1;
}

export const stepPlanned: ApplyOperation = (draft, operation) => {
  const { run } = draft.execution;
  const maxAttempts = ownAttempts(draft, operation);
  const put = stepPut(run, draft.fn, operation.id);
  draft.plans.push({
    step: pendingStep(draft, operation, "Planned", null),
    item: maxAttempts === null ? put : { ...put, maxAttempts },
  });
};
