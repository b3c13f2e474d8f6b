/** Two engines on one state, with one clock and each with ids of its own: what is true of one process only must be true of both. */
import { onTestFinished } from "vitest";
import type { PeerNews, Peers } from "../../server/src/ports/peers.ts";
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

export interface TwoEnginesOptions extends CoreEngineOptions {
  /** Whether each hears at once what the other tells. Default: neither hears anything. */
  hear?: boolean;
}

/** The way by which each of two engines tells the other. */
function connect(store: Store): [Store, Store] {
  const listeners: ((news: PeerNews) => void)[] = [];
  const as = (self: number): Store => {
    const peers: Peers = {
      start: async (listener) => {
        listeners[self] = listener;
      },
      tell: (news) => listeners[1 - self]?.(news),
      leads: () => self === 0,
      aheadMs: () => 0,
      stop: async () => void delete listeners[self],
    };
    return new Proxy(store, { get: (target, name: keyof Store) => (name === "peers" ? peers : target[name]) });
  };
  return [as(0), as(1)];
}

export async function openTwoEngines(
  { hear = false, ...options }: TwoEnginesOptions = {},
  ofB: CoreEngineOptions = {},
): Promise<TwoEngines> {
  const store: Store = options.store ?? openSqliteStore({ directory: null });
  const [storeOfA, storeOfB] = hear ? connect(store) : [store, store];
  const clock = createManualClock();
  const a = await createCoreEngine({ random: () => 0.25, ...options, store: storeOfA, clock });
  const b = await createCoreEngine({ random: () => 0.75, ...options, store: storeOfB, clock, ...ofB });
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
