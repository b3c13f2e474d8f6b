/** Commits as an engine makes them, for scale.ts: whole runs of three steps, and requests of a hundred events. */
import { createUlidFactory } from "../server/src/domain/ids.ts";
import type { QueueItem } from "../server/src/domain/queue/queue-item.ts";
import type { Transition } from "../server/src/domain/transition.ts";
import type { Store } from "../server/src/ports/store.ts";
import { endOfRun, makeEnd, makeEvent, makeStart } from "../test/conformance/store-records.ts";

const newId = createUlidFactory(Math.random);
const atOnce = 50;

async function playRun(store: Store, now: number): Promise<void> {
  const [runId, eventId] = [newId(now), newId(now)];
  const claim = { now, leaseUntil: now + 30_000, limit: 1 };
  const start = makeStart(runId, { eventIds: [eventId], queuedAt: now }, { id: `start-${runId}`, dueAt: now });
  const event = makeEvent(eventId, { id: eventId, receivedAt: now });
  const started = await store.commit({ lease: null, events: [event], starts: [start] }, claim);
  const item: QueueItem | undefined = started.ok ? started.claimed[0] : undefined;
  if (item === undefined) throw new Error("the run was not started");
  const lease = { itemId: item.id, fence: item.fence };
  await store.loadExecution(runId);
  const commit = async (transition: Transition): Promise<void> => {
    const result = await store.commit(transition, claim);
    if (!result.ok) throw new Error(`a commit was refused: ${result.reason}`);
  };
  for (const id of ["a", "b", "c"])
    await commit({ lease, settle: { kind: "keep" }, openRun: runId, ends: [makeEnd(runId, id)] });
  await commit({ lease, openRun: runId, run: endOfRun(runId) });
}

/** Fifty at a time, as they would come to an engine that has so many places. */
export async function playRuns(store: Store, now: number, count: number): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await playRun(store, now);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

export async function commitEvents(store: Store, now: number): Promise<void> {
  const events = Array.from({ length: 100 }, () => {
    const id = newId(now);
    return makeEvent(id, { id, receivedAt: now });
  });
  await store.commit({ lease: null, events });
}
