/**
 * Runs an engine down to idle: until nothing is being worked on and nothing is due. Called after everything that a test
 * server does. Never moves the clock; waits for real time only while user code does.
 */
import type { Engine } from "../core/engine.ts";
import type { QueueItem } from "../domain/queue/queue-item.ts";
import type { Store } from "../ports/store.ts";
import type { TestClock } from "./test-clock.ts";

/** What an engine does within one turn of the event loop is not seen from outside: so many turns without news are quiet. */
const quietTurns = 4;
/** Turns in a row with something due that nobody takes: whoever could has other reasons not to. */
const untakenTurns = 200;
/** A turn that took longer was not spent waiting: the machine was busy, or user code kept the thread to itself. */
const turnMaxMs = 50;
/** Turns spent at full speed before waiting for user code in steps of a millisecond. */
const eagerTurns = 2_000;

export interface SettleParts {
  engine: Pick<Engine, "running" | "functionById">;
  store: Pick<Store, "nextDueAt" | "getStep">;
  clock: TestClock;
  /** Real milliseconds that calls may take with nothing else happening. */
  patienceMs: number;
  /** What comes then. */
  whenStuck: "throw" | "continue";
  /** Calls that were waited for in vain, and are not again. Filled here. */
  stuck: Set<string>;
}

const macrotask = (eager: boolean): Promise<void> =>
  new Promise((resolve) => {
    if (eager) setImmediate(resolve);
    else setTimeout(resolve, 1);
  });

/** Another one for each try. */
const keyOf = ({ id, fence }: QueueItem): string => `${id}.${fence}`;

/** @throws Error naming the calls that do not end, when `whenStuck` is `throw`. */
export async function settle(parts: SettleParts): Promise<void> {
  const { engine, store, clock } = parts;
  let quiet = 0;
  let untaken = 0;
  let work = "";
  let waitedMs = 0;
  let turnedAt = performance.now();
  for (let turn = 0; quiet < quietTurns; turn++) {
    await macrotask(turn < eagerTurns);
    const now = performance.now();
    waitedMs += Math.min(now - turnedAt, turnMaxMs);
    turnedAt = now;
    const fired = clock.fireDue();
    const running = engine.running().filter((item) => !parts.stuck.has(keyOf(item)));
    const keys = running.map(keyOf).join();
    if (fired || keys !== work) {
      work = keys;
      waitedMs = 0;
      turn = 0;
    }
    if (fired || running.length > 0) {
      quiet = 0;
      untaken = 0;
      if (running.length > 0 && waitedMs >= parts.patienceMs) {
        if (parts.whenStuck === "throw") throw new Error(await stuckMessage(parts, running));
        for (const item of running) parts.stuck.add(keyOf(item));
      }
      continue;
    }
    const dueAt = await store.nextDueAt();
    const isDue = dueAt !== null && dueAt <= clock.now() && untaken++ < untakenTurns;
    quiet = isDue ? 0 : quiet + 1;
  }
}

async function stuckMessage({ engine, store, patienceMs }: SettleParts, running: QueueItem[]): Promise<string> {
  const calls = running.slice(0, 5).map(async ({ runId, stepId, functionId }) => {
    const step = runId === null || stepId === null ? null : await store.getStep(runId, stepId);
    const where = step === null ? "" : ` in step "${step.displayName}"`;
    return `${engine.functionById(functionId)?.slug ?? functionId}${where} (run ${runId})`;
  });
  return `After ${patienceMs} ms of real time these calls have not ended: ${(await Promise.all(calls)).join("; ")}. The test server's clock does not move setTimeout: let the function end, wait with step.sleep, raise patienceMs, or say whenStuck: "continue" to go on while they run.`;
}
