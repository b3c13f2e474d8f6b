/**
 * A wait was met: an event or a signal came, or an invoked run has ended. Called by items for `resume` items, which
 * whoever took the wait has put.
 */
import type { SerializedError } from "stepwell/protocol";
import { eventText } from "../../domain/event-text.ts";
import type { QueueItemOf } from "../../domain/queue/queue-item.ts";
import type { ResumePayload } from "../../domain/queue/queue-payloads.ts";
import { stepItemId } from "../../domain/queue/queue-puts.ts";
import type { RunRecord } from "../../domain/run/run.ts";
import { toStoredJson } from "../../domain/stored-json.ts";
import type { Outcome } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { endWaiting, findWaiting, type StepOutcome } from "./end-waiting.ts";

function failed(error: unknown): StepOutcome {
  return { status: "Failed", memo: `{"error":${toStoredJson(error)}}` };
}

function cancelled(run: RunRecord): SerializedError {
  const why = run.reason === null ? "" : `: ${run.reason}`;
  return { name: "InngestInvokeError", message: `The invoked function's run ${run.id} was cancelled${why}` };
}

function ofRun(run: RunRecord): StepOutcome {
  if (run.status === "Completed") return { status: "Completed", memo: `{"data":${run.output ?? "null"}}` };
  if (run.status !== "Failed") return failed(cancelled(run));
  const { __serialized: _mark, ...error } = JSON.parse(run.output ?? "{}") as SerializedError;
  return failed(error);
}

/** Null when what ended the wait is not to be found any more. */
async function outcomeOf(parts: Parts, payload: ResumePayload): Promise<StepOutcome | null> {
  if ("memo" in payload) {
    if ("error" in payload.memo) return failed(payload.memo.error);
    return { status: "Completed", memo: toStoredJson(payload.memo) };
  }
  if ("eventId" in payload) {
    const event = await parts.store.getEvent(payload.eventId);
    const detail = { eventId: payload.eventId };
    return event === null ? null : { status: "Completed", memo: `{"data":${eventText(event)}}`, detail };
  }
  const run = await parts.store.getRun(payload.runId);
  return run === null ? null : ofRun(run);
}

const lost = { name: "InngestLostResultError", message: "What ended this wait is not stored any more" };

export async function resumeRun(parts: Parts, item: QueueItemOf<"resume">): Promise<Outcome> {
  const waiting = await findWaiting(parts, item);
  if ("instead" in waiting) return waiting.instead;
  const outcome = (await outcomeOf(parts, item.payload)) ?? failed(lost);
  // A run that was refused has not taken the wait of the step that invoked it.
  const waitTakes = [{ waitId: stepItemId(waiting.run.id, waiting.step.id), item: null }];
  return endWaiting(parts, item, waiting, outcome, { waitTakes });
}
