/** Sleep: the run goes on at a later time. The time is in `name`: a duration or a date. */
import { type Operation, parseTimeString } from "stepwell/protocol";
import { EngineError } from "../../domain/error.ts";
import type { EngineLimits } from "../limits.ts";
import { systemPut } from "../queue-puts.ts";
import type { ApplyOperation } from "./draft.ts";
import { isRace, pendingStep, stepName } from "./step-record.ts";

/** Payload of a wake item whose end calls the function at once, whatever else is pending. */
export const racePayload = "race";

const dayMs = 86_400_000;

/** @throws EngineError `invalid_request` when it is neither a duration nor a date, or lies too far ahead */
function sleepUntil(operation: Operation, now: number, { sleepMaxMs }: EngineLimits): number {
  const text = String(operation.opts?.duration ?? operation.name ?? "");
  const durationMs = parseTimeString(text);
  const at = durationMs !== null ? now + durationMs : Date.parse(text);
  if (!Number.isFinite(at)) {
    throw new EngineError(
      "invalid_request",
      `Step "${stepName(operation)}" sleeps for "${text}", which is neither a duration such as "1h30m" nor an ISO 8601 date.`,
    );
  }
  if (at - now > sleepMaxMs) {
    throw new EngineError(
      "invalid_request",
      `Step "${stepName(operation)}" sleeps until ${new Date(at).toISOString()}, the longest sleep is ${Math.floor(sleepMaxMs / dayMs)} days.`,
    );
  }
  return Math.max(now, Math.ceil(at));
}

export const sleep: ApplyOperation = (draft, operation) => {
  const { run } = draft.execution;
  const wakesAt = sleepUntil(operation, draft.now, draft.limits);
  draft.plans.push({
    step: pendingStep(draft, operation, "Sleeping", wakesAt),
    item: systemPut({
      id: `${run.id}:${operation.id}`,
      kind: "wake",
      functionId: run.functionId,
      runId: run.id,
      stepId: operation.id,
      dueAt: wakesAt,
      payload: isRace(operation) ? racePayload : null,
    }),
  });
};
