/**
 * An event came that waits may end: finds out which, by their conditions, and takes those out. Called by items for `match`
 * items, which the store puts beside such an event. Works through any number of waits a page at a time; a crash in between
 * makes it begin again, and waits that are taken stay taken.
 */
import type { EventRecord } from "../../domain/event.ts";
import type { QueueItemOf } from "../../domain/queue/queue-item.ts";
import type { MatchScope } from "../../domain/queue/queue-payloads.ts";
import { cancelPut } from "../../domain/queue/queue-puts.ts";
import { lookupValue, type WaitRecord, type WaitTake } from "../../domain/run/wait.ts";
import { takeWait } from "../../domain/run/wait-records.ts";
import { type ConditionResult, conditionEvent, evaluateCondition } from "../expression/condition.ts";
import { needsTrigger } from "../expression/fill-in.ts";
import { dropped, type Outcomes } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";

const pageSize = 500;
/** Of what is logged: a condition holds values of events, which may be long. */
const errorLength = 500;

type View = Record<string, unknown>;

/** Lets others have the event loop between two pages. */
const breathe = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

async function triggerOf(parts: Parts, wait: WaitRecord): Promise<View> {
  const run = await parts.store.getRun(wait.runId);
  const event = await parts.store.getEvent(run?.eventIds[0] ?? "");
  return event === null ? {} : conditionEvent(event);
}

/** A condition that cannot be evaluated does not hold. */
async function judge(parts: Parts, wait: WaitRecord, view: View, event: EventRecord): Promise<ConditionResult> {
  if (wait.expiresAt <= event.receivedAt) return { holds: false, error: null };
  if (wait.condition === null) return { holds: true, error: null };
  const trigger = needsTrigger(wait.condition) ? await triggerOf(parts, wait) : {};
  const input = { event: trigger, async: view, now: event.receivedAt };
  return evaluateCondition(wait.condition, input);
}

function take(wait: WaitRecord, event: EventRecord, now: number): WaitTake {
  const { runId, functionId, stepId } = wait;
  if (stepId !== null) return takeWait({ runId, stepId }, { eventId: event.internalId }, now);
  const reason = `cancelled by event ${event.name} (${event.id})`;
  return { waitId: wait.id, item: cancelPut({ id: runId, functionId }, reason, now) };
}

async function takesOf(parts: Parts, waits: WaitRecord[], view: View, event: EventRecord): Promise<WaitTake[]> {
  const now = parts.clock.now();
  const takes: WaitTake[] = [];
  const failures: { run: string; error: string }[] = [];
  for (const wait of waits) {
    const { holds, error } = await judge(parts, wait, view, event);
    if (holds) takes.push(take(wait, event, now));
    if (error !== null) failures.push({ run: wait.runId, error: error.slice(0, errorLength) });
  }
  // One line for all: thousands of runs may wait with the same condition.
  if (failures[0] !== undefined)
    parts.logger.warn(
      { ...failures[0], event: event.name, failures: failures.length },
      "The condition of a wait failed to evaluate",
    );
  return takes;
}

async function* candidates(
  parts: Parts,
  { upTo, waitId }: MatchScope,
  event: EventRecord,
  view: View,
): AsyncGenerator<WaitRecord[]> {
  if (waitId !== null) {
    const wait = await parts.store.getWait(waitId);
    const value = wait === null || wait.path === "" ? "" : lookupValue(view, wait.path);
    if (wait !== null) yield wait.path === "" || isSame(wait.value, value) ? [wait] : [];
    return;
  }
  for (const path of await parts.store.listWaitPaths(event.name)) {
    const lookup = { name: event.name, path, value: path === "" ? "" : lookupValue(view, path), limit: pageSize };
    let after = 0;
    for (;;) {
      const page = await parts.store.findWaits({ ...lookup, after, upTo: upTo ?? 0 });
      yield page.map(({ wait }) => wait);
      if (page.length < pageSize) break;
      after = page.at(-1)?.number ?? after;
    }
  }
}

/** Whether a stored value, which may be a hash, can be this one: the condition decides, this only spares it. */
function isSame(stored: string, value: string): boolean {
  return stored.startsWith("#") || stored === value;
}

export async function* matchWaits(parts: Parts, item: QueueItemOf<"match">): Outcomes {
  const scope = item.payload;
  const event = await parts.store.getEvent(scope.eventId);
  if (event !== null) yield* takeMatching(parts, scope, event);
  yield dropped;
}

/** A page at a time, under the lease of the item. */
async function* takeMatching(parts: Parts, scope: MatchScope, event: EventRecord): Outcomes {
  const view = conditionEvent(event);
  for await (const waits of candidates(parts, scope, event, view)) {
    const waitTakes = await takesOf(parts, waits, view, event);
    if (waitTakes.length > 0) yield { writes: { settle: { kind: "keep" }, waitTakes } };
    if (waits.length === pageSize) await breathe();
  }
}
