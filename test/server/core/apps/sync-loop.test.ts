import { describe, expect, it } from "vitest";
import type { AppUrl } from "../../../../server/src/core/apps/app-addresses.ts";
import { createSyncLoop, type SyncLoop, type SyncLoopOptions } from "../../../../server/src/core/apps/sync-loop.ts";
import type { Activity } from "../../../../server/src/domain/activity.ts";
import type { AppRecord } from "../../../../server/src/domain/app.ts";
import type { SyncOutcome } from "../../../../server/src/ports/sdk-caller.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const healthy: SyncOutcome = { kind: "registered", modified: false };
const changed: SyncOutcome = { kind: "registered", modified: true };
const failed: SyncOutcome = { kind: "failed", code: "unreachable", message: "Unable to reach SDK URL" };

/** A loop over an engine whose apps answer as `outcomes` says; time passes with `tick`. */
function createBench(overrides: Partial<SyncLoopOptions> = {}, stored: string[] = []) {
  const urls = new Map<string, AppUrl>(stored.map((url) => [url, { url, lastOutcome: null }]));
  const outcomes = new Map<string, SyncOutcome>();
  const synced: string[] = [];
  const told: Activity[] = [];
  let now = 1000;
  let timer: { at: number; fire: () => void } | null = null;
  const app = { id: "a", name: "shop", url: "http://localhost:3000/api/inngest" } as AppRecord;
  const loop: SyncLoop = createSyncLoop({
    engine: {
      appUrls: () => [...urls.values()],
      apps: () => [app],
      functions: () => [],
      syncUrl: async (url) => {
        synced.push(url);
        const outcome = outcomes.get(url) ?? healthy;
        urls.set(url, { url, lastOutcome: outcome });
        return outcome;
      },
    },
    clock: {
      now: () => now,
      setTimer: (at, fire) => {
        const own = { at, fire };
        timer = own;
        return {
          cancel: () => {
            if (timer === own) timer = null;
          },
        };
      },
    },
    logger: silent,
    notifier: { notify: (activity) => void told.push(activity) },
    appUrls: [],
    discover: null,
    poll: true,
    pollIntervalMs: 5000,
    ...overrides,
  });
  /** Lets the round that runs end. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    loop,
    outcomes,
    told,
    nextAt: () => timer?.at ?? null,
    async start() {
      loop.start();
      await settle();
      return synced.splice(0);
    },
    /** The next round; gives back the urls that it asked. */
    async tick() {
      const due = timer;
      if (due === null) throw new Error("no round is due");
      now = due.at;
      timer = null;
      due.fire();
      await settle();
      return synced.splice(0);
    },
  };
}

const shop = "http://127.0.0.1:3000/api/inngest";
const bank = "http://127.0.0.1:3001/api/inngest";

describe("createSyncLoop", () => {
  it("asks given and stored urls at once, then every interval", async () => {
    const bench = createBench({ appUrls: [shop] }, [bank]);
    expect(await bench.start()).toEqual([shop, bank]);
    expect(bench.nextAt()).toBe(6000);
    expect(await bench.tick()).toEqual([bank, shop]);
    expect(bench.nextAt()).toBe(11_000);
  });

  it("asks only failed apps again without polling", async () => {
    const bench = createBench({ appUrls: [shop, bank], poll: false });
    bench.outcomes.set(bank, failed);
    await bench.start();
    expect(await bench.tick()).toEqual([bank]);
    bench.outcomes.set(bank, healthy);
    expect(await bench.tick()).toEqual([bank]);
    expect(await bench.tick()).toEqual([]);
  });

  it("searches until an app is synced, and does not ask again what it knows", async () => {
    let searches = 0;
    const found: string[] = [];
    const discover = async () => {
      searches++;
      return found;
    };
    const bench = createBench({ discover });
    expect(await bench.start()).toEqual([]);
    found.push(shop);
    bench.outcomes.set(shop, failed);
    expect(await bench.tick()).toEqual([shop]);
    expect(await bench.tick()).toEqual([shop]);
    expect(searches).toBe(3);
    bench.outcomes.set(shop, healthy);
    await bench.tick();
    await bench.tick();
    expect(searches).toBe(3);
  });

  it("goes on after a search that failed", async () => {
    const bench = createBench({ discover: () => Promise.reject(new Error("no sockets left")) });
    await bench.start();
    expect(bench.nextAt()).toBe(6000);
  });

  it("tells of an app that answers as before, at first and after an outage, once each", async () => {
    const bench = createBench({ appUrls: [shop] });
    await bench.start();
    await bench.tick();
    expect(bench.told).toEqual([
      {
        kind: "app-synced",
        at: 1000,
        app: "shop",
        url: "http://localhost:3000/api/inngest",
        functions: 0,
        modified: false,
      },
    ]);
    bench.outcomes.set(shop, failed);
    await bench.tick();
    bench.outcomes.set(shop, healthy);
    await bench.tick();
    await bench.tick();
    expect(bench.told).toHaveLength(2);
  });

  it("leaves it to the engine to tell of an app that changed", async () => {
    const bench = createBench({ appUrls: [shop] });
    bench.outcomes.set(shop, changed);
    await bench.start();
    expect(bench.told).toEqual([]);
  });

  it("begins no round after stop", async () => {
    const bench = createBench({ appUrls: [shop] });
    await bench.start();
    await bench.loop.stop();
    expect(bench.nextAt()).toBeNull();
  });

  it("waits in stop for the round that runs, and sets no timer after it", async () => {
    let release: (urls: string[]) => void = () => undefined;
    const discover = () =>
      new Promise<string[]>((resolve) => {
        release = resolve;
      });
    const bench = createBench({ discover });
    await bench.start();
    const stopped = bench.loop.stop();
    release([]);
    await stopped;
    expect(bench.nextAt()).toBeNull();
  });
});
