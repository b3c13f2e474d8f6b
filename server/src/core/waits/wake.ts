/**
 * Time is over: a sleep ends, and a wait that nothing met gives up. A wait is given up only by who takes it out of the store,
 * so that an event which comes in the same moment either ends it or does not; and not while an event is being compared with waits
 * that came before its time was over.
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

/** Waits before it is looked again whether an event is still compared, in milliseconds: twice as long each time. */
const firstLookMs = 25;
const lastLookMs = 2000;
/** After so many looks, five minutes, a wait gives up all the same: what cannot be compared must not hold runs forever. */
const looks = 150;

function lookAgain(parts: Parts, { attempt }: QueueItemOf<"wake">): Outcome {
  const waitMs = Math.min(firstLookMs * 2 ** attempt, lastLookMs);
  return { writes: { settle: { kind: "retry", attempt: attempt + 1, dueAt: parts.clock.now() + waitMs } } };
}

export async function wakeRun(parts: Parts, item: QueueItemOf<"wake">): Promise<Outcome> {
  const waiting = await findWaiting(parts, item);
  if ("instead" in waiting) return waiting.instead;
  const { awaited } = item.payload;
  const givesUp = awaited !== null && item.attempt < looks ? { givesUp: awaited } : {};
  const guard = waiting.step.status === "Sleeping" ? {} : { openWait: item.id, ...givesUp };
  const outcome = await endWaiting(parts, item, waiting, outcomeOf(waiting.step), guard);
  return { ...outcome, instead: { "event-matching": lookAgain(parts, item) } };
}
