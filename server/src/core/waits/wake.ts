/**
 * Time is over: a sleep ends, and a wait that nothing met gives up. A wait is given up only by who takes it out of the store,
 * so that an event which comes in the same moment either ends it or does not.
 */
import type { QueueItemOf } from "../../domain/queue-item.ts";
import type { StepRecord } from "../../domain/step.ts";
import type { Parts } from "../parts/parts.ts";
import type { Worker } from "../work/worker.ts";
import { dropItem, endWaiting, findWaiting, type StepOutcome } from "./end-waiting.ts";

const invokeTimeout = {
  name: "InngestInvokeTimeoutError",
  message: "Timed out waiting for invoked function to complete",
};

function outcomeOf({ status }: StepRecord): StepOutcome {
  if (status === "Sleeping") return { status: "Completed", memo: "null" };
  if (status === "Waiting") return { status: "TimedOut", memo: "null" };
  return { status: "Failed", memo: JSON.stringify({ error: invokeTimeout }) };
}

export async function wakeRun(parts: Parts, worker: Worker, item: QueueItemOf<"wake">): Promise<void> {
  const waiting = await findWaiting(parts, item);
  if (waiting === null) {
    await dropItem(worker, item);
    return;
  }
  const guard = waiting.step.status === "Sleeping" ? {} : { openWait: item.id };
  await endWaiting(parts, worker, item, waiting, outcomeOf(waiting.step), guard);
}
