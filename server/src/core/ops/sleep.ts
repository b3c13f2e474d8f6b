/** Sleep: the run goes on at a later time. The time is in `name`: a duration or a date. */
import { wakePut } from "../../domain/queue/queue-puts.ts";
import { toDeadline } from "./deadline.ts";
import type { ApplyOperation } from "./draft.ts";
import { isRace, pendingStep } from "./step-record.ts";

export const sleep: ApplyOperation = (draft, operation) => {
  const { run } = draft.execution;
  // The published SDKs write no time at all as an empty text.
  const text = String(operation.opts?.duration || (operation.name === "" ? "0" : (operation.name ?? "")));
  const wakesAt = toDeadline(operation, text, { now: draft.now, mostMs: draft.limits.sleepMaxMs, verb: "sleeps" });
  draft.plans.push({
    step: pendingStep(draft, operation, "Sleeping", wakesAt),
    item: wakePut(run, operation.id, wakesAt, { isRace: isRace(operation) }),
  });
};
