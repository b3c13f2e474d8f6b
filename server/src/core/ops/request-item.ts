/** The `request` items of the queue: what the engine is to ask of another server for a step. Made by the opcodes, read by http-step. */
import type { Operation } from "stepwell/protocol";
import type { RequestPayload } from "../../domain/queue/queue-payloads.ts";
import { requestPut } from "../../domain/queue/queue-puts.ts";
import type { StepPlan } from "../../domain/transition.ts";
import type { Draft } from "./draft.ts";
import { isRace, pendingStep } from "./step-record.ts";

/** A URL as it may be shown: without credentials and query, which often hold keys. */
function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** A step that is done by a request of the engine's own. `detail` is for people. */
export function requestPlan(
  draft: Draft,
  operation: Operation,
  payload: Omit<RequestPayload, "isRace">,
  detail: Record<string, unknown>,
): StepPlan {
  const { run } = draft.execution;
  const { url, method } = payload.request;
  return {
    step: {
      ...pendingStep(draft, operation, "Planned", null),
      detail: JSON.stringify({ method, url: shownUrl(url), ...detail }),
    },
    item: requestPut(run, draft.fn, operation.id, { ...payload, isRace: isRace(operation) }),
  };
}
