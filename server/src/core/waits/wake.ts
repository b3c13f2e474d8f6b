/**
 * Time is over: a sleep ends, and a wait that nothing met gives up. A wait is given up only by who takes it out of the store,
 * so that an event which comes in the same moment either ends it or does not.
 */
import type { QueueItemOf } from "../../domain/queue/queue-item.ts";
import type { StepRecord } from "../../domain/run/step.ts";
import type { Outcome } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { endWaiting, findWaiting, type StepOutcome } from "./end-waiting.ts";

const invokeTimeout = {
  name: "InngestInvokeTimeoutError",
  message: "Timed out waiting for invoked function to complete",
};

function outcomeOf({ status }: StepRecord): StepOutcome {
  if (status === "Sleeping") return { status: "Completed", memo: "null" };
  if (status === "Waiting") return { status: "TimedOut", memo: "null" };
  return { status: "Failed", memo: JSON.stringify({ error: invokeTimeout }) };
}

export async function wakeRun(parts: Parts, item: QueueItemOf<"wake">): Promise<Outcome> {
  const waiting = await findWaiting(parts, item);
  if ("instead" in waiting) return waiting.instead;
  const guard = waiting.step.status === "Sleeping" ? {} : { openWait: item.id };
  return endWaiting(parts, item, waiting, outcomeOf(waiting.step), guard);
}
