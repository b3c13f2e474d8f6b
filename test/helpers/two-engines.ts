/** Two engines on one state, with one clock and each with ids of its own: what is true of one process only must be true of both. */
import { onTestFinished } from "vitest";
import type { Store } from "../../server/src/ports/store.ts";
import { openSqliteStore } from "../../server/src/store/sqlite/open-store.ts";
import { type CoreEngine, type CoreEngineOptions, createCoreEngine } from "./core-engine.ts";
import { createManualClock } from "./manual-clock.ts";

export interface TwoEngines {
  a: CoreEngine;
  b: CoreEngine;
  /** Lets both come to rest. */
  idle(): Promise<void>;
  /** Moves the clock, and lets both come to rest. */
  advance(ms: number): Promise<void>;
}

export async function openTwoEngines(
  options: CoreEngineOptions = {},
  ofB: CoreEngineOptions = {},
): Promise<TwoEngines> {
  const store: Store = options.store ?? openSqliteStore({ directory: null });
  const clock = createManualClock();
  const a = await createCoreEngine({ random: () => 0.25, ...options, store, clock });
  const b = await createCoreEngine({ random: () => 0.75, ...options, store, clock, ...ofB });
  onTestFinished(async () => {
    const stopped = Promise.all([a.engine.stop(0), b.engine.stop(0)]);
    await clock.advance(0, () => new Promise((resolve) => void setImmediate(resolve)));
    await stopped;
    await store.close();
  });
  const idle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await a.idle();
      await b.idle();
    }
  };
  return { a, b, idle, advance: (ms) => clock.advance(ms, idle) };
}
