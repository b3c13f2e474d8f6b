/**
 * Waits: written, taken, and looked for by events. Writing an event asks here whether a wait may end with it, so that question
 * must cost next to nothing however many runs wait. Called by apply-transition.ts and admission/starts.ts.
 */
import { type EventRecord, eventView } from "../domain/event.ts";
import type { QueuePut } from "../domain/queue/queue-item.ts";
import { matchPut } from "../domain/queue/queue-puts.ts";
import { lookupValue, type WaitPut, type WaitTake } from "../domain/run/wait.ts";
import type { StepPlan, Transition } from "../domain/transition.ts";
import { storedValue } from "./set/wait-set.ts";
import type { WorkingSet } from "./working-set.ts";

/** For an event that was just written: the item that looks for what it ends, when a wait that is there may be among that. */
export function matchItems(set: WorkingSet, event: EventRecord): QueuePut[] {
  const { internalId, name, receivedAt } = event;
  const paths = set.waits.paths(name);
  if (paths.length === 0) return [];
  const view = eventView(event);
  const isWaited = (path: string): boolean =>
    set.waits.isFor(name, path, path === "" ? "" : storedValue(lookupValue(view, path)));
  if (!paths.some(isWaited)) return [];
  const upTo = set.waits.lastNumber({ kind: "event", name });
  return [matchPut(name, { eventId: internalId, upTo, waitId: null }, receivedAt)];
}

/** Whether a wait of these plans is for a signal that another one has, and must not take it from there. */
export function hasSignalConflict(set: WorkingSet, plans: readonly StepPlan[] = []): boolean {
  return plans.some(({ step, waits }) =>
    (waits ?? []).some(({ wait, conflict }) => {
      if (conflict !== "fail" || wait.kind !== "signal") return false;
      const holder = set.waits.forSignal(wait.name)[0];
      if (holder === undefined || holder === wait.id) return false;
      return set.steps.get({ runId: step.runId, id: step.id }) === null;
    }),
  );
}

/** Returns what must be put with them: a look at the events that came while they were being written. */
export function writeWaits(set: WorkingSet, puts: readonly WaitPut[] = []): QueuePut[] {
  return puts.flatMap((put) => writeWait(set, put));
}

function writeWait(set: WorkingSet, { wait, conflict, lookBack }: WaitPut): QueuePut[] {
  if (conflict === "replace") for (const id of set.waits.forSignal(wait.name)) set.waits.takeName(id);
  if (set.waits.get(wait.id) === null) set.waits.add(wait);
  if (lookBack === undefined) return [];
  return set.events
    .since(wait.name, lookBack.since)
    .filter((id) => !lookBack.ignoredEventIds.includes(id))
    .map((id) => matchPut(wait.name, { eventId: id, upTo: null, waitId: wait.id }, wait.createdAt));
}

/**
 * Whether an event that came in time is still compared with what waits for it. A wait that gave up now would have missed what came
 * before its time was over.
 */
export function mayStillBeMet(set: WorkingSet, { givesUp }: Transition): boolean {
  return givesUp !== undefined && set.items.isMatching(givesUp.event, givesUp.until);
}

/** Whether the wait that a transition ends by itself is still there. Takes it out. */
export function takeOpenWait(set: WorkingSet, { openWait }: Transition): boolean {
  if (openWait === undefined) return true;
  if (set.waits.get(openWait) === null) return false;
  set.waits.remove(openWait);
  return true;
}

/** Returns the items of those that were still there. */
export function takeWaits(set: WorkingSet, takes: readonly WaitTake[] = []): QueuePut[] {
  return takes.flatMap(({ waitId, item }) => {
    const wait = set.waits.get(waitId);
    if (wait === null) return [];
    set.waits.remove(waitId);
    // The item that would have ended it when its time was over.
    if (wait.stepId !== null) set.items.remove(waitId);
    return item === null ? [] : [{ ...item, functionId: wait.functionId }];
  });
}
