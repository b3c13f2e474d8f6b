/** Flow control from end to end: functions of our SDK, embedded in an engine whose clock the test moves. */
import { Inngest } from "stepwell";
import { createServer, type StepwellServer } from "stepwell-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { createManualClock } from "../helpers/manual-clock.ts";

type Options = Record<string, unknown>;

interface World {
  send(data: Record<string, unknown>, more?: Record<string, unknown>): Promise<void>;
  advance(ms: number): Promise<void>;
  /** What the function's runs were called with, in order: the `n` of each of their events. */
  calls: number[][];
  /** Statuses of its runs, oldest first. */
  statuses(): Promise<string[]>;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** `hold` gives a promise that the function's body waits for. */
async function open(options: Options, hold: () => Promise<void> = async () => undefined): Promise<World> {
  const clock = createManualClock();
  const client = new Inngest({ id: "app", isDev: true });
  const calls: number[][] = [];
  const fn = client.createFunction(
    { id: "f", triggers: { event: "test/f" }, ...options } as never,
    async ({ events }) => {
      calls.push(events.map((event) => (event.data as { n: number }).n));
      await hold();
    },
  );
  const server: StepwellServer = createServer({
    store: null,
    clock,
    logger: silent,
    apps: [{ client, functions: [fn] }],
  });
  await server.start();
  onTestFinished(() => server.stop());
  // Longer than any chain of calls in one process; nothing here waits for real time.
  const idle = async (): Promise<void> => {
    for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    calls,
    async send(data, more = {}) {
      await server.engine.ingest({ body: { name: "test/f", data, ...more }, seed: null });
      await idle();
    },
    advance: (ms) => clock.advance(ms, idle),
    async statuses() {
      const runs = await server.store.listRuns({ limit: 100, order: "oldest" });
      return runs.map(({ status }) => status);
    },
  };
}

/** A body that waits until the test lets it go; the engine's end lets go of all. */
function createGate(): { hold: () => Promise<void>; release: () => void } {
  const waiting: (() => void)[] = [];
  onTestFinished(() => {
    for (const release of waiting) release();
  });
  return {
    hold: () => new Promise((resolve) => void waiting.push(resolve)),
    release: () => waiting.shift()?.(),
  };
}

describe("functions of the SDK", () => {
  it("rateLimit", async () => {
    const { send, advance, calls } = await open({ rateLimit: { limit: 1, period: "1m", key: "event.data.user" } });
    await send({ n: 1, user: "a" });
    await send({ n: 2, user: "a" });
    await send({ n: 3, user: "b" });
    await advance(60_000);
    await send({ n: 4, user: "a" });
    expect(calls).toEqual([[1], [3], [4]]);
  });

  it("idempotency", async () => {
    const { send, calls } = await open({ idempotency: "event.data.order" });
    await send({ n: 1, order: "x" });
    await send({ n: 2, order: "x" });
    await send({ n: 3, order: "y" });
    expect(calls).toEqual([[1], [3]]);
  });

  it("debounce", async () => {
    const { send, advance, calls } = await open({ debounce: { period: "5s", timeout: "8s" } });
    await send({ n: 1 });
    await advance(4_000);
    await send({ n: 2 });
    await advance(3_999);
    expect(calls).toEqual([]);
    await advance(1);
    expect(calls).toEqual([[2]]);
  });

  it("batchEvents", async () => {
    const { send, advance, calls } = await open({ batchEvents: { maxSize: 2, timeout: "5s" } });
    await send({ n: 1 });
    await send({ n: 2 });
    await send({ n: 3 });
    await advance(5_000);
    expect(calls).toEqual([[1, 2], [3]]);
  });

  it("singleton, in both modes", async () => {
    const first = createGate();
    const skipping = await open({ singleton: { mode: "skip" } }, first.hold);
    await skipping.send({ n: 1 });
    await skipping.send({ n: 2 });
    expect(await skipping.statuses()).toEqual(["Running", "Skipped"]);
    first.release();
    const second = createGate();
    const cancelling = await open({ singleton: { mode: "cancel", key: "event.data.user" } }, second.hold);
    await cancelling.send({ n: 1, user: "a" });
    await cancelling.send({ n: 2, user: "a" });
    await cancelling.send({ n: 3, user: "b" });
    expect(await cancelling.statuses()).toEqual(["Cancelled", "Running", "Running"]);
    for (let index = 0; index < 3; index++) second.release();
    await cancelling.advance(0);
    expect(await cancelling.statuses()).toEqual(["Cancelled", "Completed", "Completed"]);
  });

  it("priority, behind a concurrency of one", async () => {
    const gate = createGate();
    const options = { concurrency: 1, priority: { run: "event.data.vip ? 60 : 0" } };
    const { send, advance, calls } = await open(options, gate.hold);
    for (const n of [1, 2, 3]) await send({ n, vip: false });
    await advance(1_000);
    await send({ n: 4, vip: true });
    for (let index = 0; index < 4; index++) {
      gate.release();
      await advance(0);
    }
    expect(calls).toEqual([[1], [4], [2], [3]]);
  });

  it("throttle", async () => {
    const { send, advance, calls } = await open({ throttle: { limit: 1, period: "10s" } });
    for (const n of [1, 2, 3, 4]) await send({ n });
    const atOnce = calls.length;
    expect(atOnce).toBeLessThan(4);
    await advance(10_000);
    expect(calls).toHaveLength(atOnce + 1);
    await advance(20_000);
    expect(calls).toEqual([[1], [2], [3], [4]]);
  });

  it("timeouts", async () => {
    const gate = createGate();
    const { send, advance, statuses } = await open(
      { concurrency: 1, timeouts: { start: "5s", finish: "20s" } },
      gate.hold,
    );
    await send({ n: 1 });
    await send({ n: 2 });
    await advance(5_000);
    expect(await statuses()).toEqual(["Running", "Cancelled"]);
    await advance(15_000);
    expect(await statuses()).toEqual(["Cancelled", "Cancelled"]);
    gate.release();
  });

  it("events with a `ts` to come", async () => {
    const { send, advance, calls } = await open({});
    await send({ n: 1 }, { ts: Date.UTC(2026, 0, 1) + 60_000 });
    await send({ n: 2 });
    expect(calls).toEqual([[2]]);
    await advance(60_000);
    expect(calls).toEqual([[2], [1]]);
  });
});
