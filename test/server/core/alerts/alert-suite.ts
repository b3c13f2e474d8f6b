/** What alerts do on a clock that tests move, on whatever store: run on SQLite beside this file, and on Postgres in test/postgres. */
import { describe, expect, it, onTestFinished } from "vitest";
import { retryDelaysMs, tryLeaseMs } from "../../../../server/src/core/alerts/notices.ts";
import type { AlertRecord } from "../../../../server/src/domain/alerts/alert.ts";
import { createRollupRecorder, type RollupRecorder } from "../../../../server/src/metrics/rollup-recorder.ts";
import type { AlertMessage, AlertSender } from "../../../../server/src/ports/alert-sender.ts";
import type { Meter } from "../../../../server/src/ports/meter.ts";
import type { Store } from "../../../../server/src/ports/store.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createManualClock, type ManualClock } from "../../../helpers/manual-clock.ts";
import { failure, result, type Script } from "../../../helpers/scripted-caller.ts";
import { watchStore } from "../../../helpers/watched-store.ts";

const minuteMs = 60_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** `meter`: told what the store has done. */
export type OpenWithMeter = (meter: Meter) => Promise<Store>;

export interface World {
  store: Store;
  clock: ManualClock;
  /** How often each method of the store was asked. */
  asked: Map<string, number>;
  /** What was sent, as it went out. */
  sent: (AlertMessage & { channel: string })[];
  /** What the next tries of a channel come to; none: they succeed. */
  failures: Error[];
  /** Whether a try never ends. */
  hangs: boolean;
  start(leads?: () => boolean, scripts?: Record<string, Script>): Promise<CoreEngine>;
  advance(ms: number): Promise<void>;
}

/** One engine may be started, or several, on one store and one clock. */
export async function createWorld(open: OpenWithMeter): Promise<World> {
  let recorder: RollupRecorder | null = null;
  const meter: Meter = { count: (tallies) => recorder?.count(tallies) };
  const inner = await open(meter);
  const { store, asked, idle } = watchStore(inner);
  const clock = createManualClock();
  recorder = createRollupRecorder({ store, clock, logger: silent, writer: "engines" });
  const engines: CoreEngine[] = [];
  const world: World = {
    ...{ store, clock, asked, sent: [], failures: [], hangs: false },
    async start(leads = () => true, scripts = {}) {
      const peers = { leads, tell() {}, aheadMs: () => 0, start: async () => {}, stop: async () => {} };
      const own: Store = new Proxy(store, {
        get: (target, name: keyof Store) => (name === "peers" ? peers : target[name]),
      });
      const core = await createCoreEngine({
        store: own,
        clock,
        scripts,
        meter,
        more: { alertSender: sender, shared: inner.shared, diskPercent: async () => 50 },
      });
      engines.push(core);
      await idle();
      return core;
    },
    advance: (ms) => clock.advance(ms, idle),
  };
  const sender: AlertSender = {
    async send({ name }, message, signal) {
      if (world.hangs) return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      const failure = world.failures.shift();
      if (failure !== undefined) throw failure;
      world.sent.push({ ...message, channel: name });
    },
  };
  onTestFinished(async () => {
    for (const { engine } of engines) await engine.stop(0);
    await idle();
    await inner.close();
  });
  return world;
}

const ops = { name: "ops", kind: "webhook", url: "https://example.com/hook" };
const pause = { scope: "all", reason: "partner down", author: "ana" };

/** A rule and a channel that is told of it. */
async function watchKillSwitch({ engine }: CoreEngine, more: object = {}): Promise<void> {
  await engine.alerts.createChannel(ops, "ana");
  await engine.alerts.createRule({ condition: "kill-switch", channels: ["ops"], ...more }, "ana");
}

async function history({ store }: World): Promise<AlertRecord[]> {
  return store.alerts.listAlerts({ limit: 100 });
}

const kinds = ({ sent }: World): string[] => sent.map(({ kind }) => kind);

function testNotices(open: OpenWithMeter): void {
  it("fires once while its condition holds, tells its end, and keeps what was told, whatever is paused", async () => {
    const world = await createWorld(open);
    const core = await world.start();
    await watchKillSwitch(core, { severity: "critical" });
    await world.advance(minuteMs);
    expect(world.sent).toEqual([]);
    await core.engine.operations.pause(pause);
    const pausedAt = world.clock.now();
    await world.advance(10 * minuteMs);
    expect(kinds(world)).toEqual(["began"]);
    expect(world.sent[0]).toMatchObject({
      channel: "ops",
      severity: "critical",
      condition: "kill-switch",
      endedAt: null,
    });
    expect(world.sent[0]?.text).toContain("paused by ana");
    expect((world.sent[0]?.startedAt ?? 0) - pausedAt).toBeLessThanOrEqual(15_000);
    await core.engine.operations.resume({ scope: "all" });
    await world.advance(10 * minuteMs);
    expect(kinds(world)).toEqual(["began", "ended"]);
    const [alert] = await history(world);
    expect(await history(world)).toHaveLength(1);
    expect(alert).toMatchObject({
      ruleName: "Kill switch active",
      end: "over",
      endedAt: expect.any(Number),
      dueAt: null,
    });
    expect(alert?.notices).toMatchObject([
      { kind: "began", channelName: "ops", state: "sent", tries: 1, error: null },
      { kind: "ended", channelName: "ops", state: "sent", tries: 1, error: null },
    ]);
    expect(core.activities.map(({ kind }) => kind).filter((kind) => kind.startsWith("alert"))).toEqual([
      "alert-began",
      "alert-ended",
    ]);
  });

  it("is told again after the interval of its rule, as long as it goes on", async () => {
    const world = await createWorld(open);
    const core = await world.start();
    await watchKillSwitch(core, { repeatMs: 10 * minuteMs });
    await core.engine.operations.pause(pause);
    await world.advance(25 * minuteMs);
    expect(kinds(world)).toEqual(["began", "repeated", "repeated"]);
  });

  it("is tried again with growing waits until the channel takes it, and the history has the error meanwhile", async () => {
    const world = await createWorld(open);
    const core = await world.start();
    await watchKillSwitch(core);
    world.failures.push(new Error("503"), new Error("504"));
    await core.engine.operations.pause(pause);
    await world.advance(15_000);
    expect((await history(world))[0]?.notices).toMatchObject([{ state: "waiting", tries: 1, error: "503" }]);
    await world.advance((retryDelaysMs[0] ?? 0) - 1);
    expect((await history(world))[0]?.notices).toMatchObject([{ tries: 1 }]);
    await world.advance(1);
    expect((await history(world))[0]?.notices).toMatchObject([{ state: "waiting", tries: 2, error: "504" }]);
    await world.advance(retryDelaysMs[1] ?? 0);
    expect((await history(world))[0]?.notices).toMatchObject([{ state: "sent", tries: 3, error: null, nextAt: null }]);
    expect(new Set(world.sent.map(({ id }) => id)).size).toBe(1);
  });

  it("is not said any more when it is over before the channel has taken it: the end says it too", async () => {
    const world = await createWorld(open);
    const core = await world.start();
    await watchKillSwitch(core);
    world.failures.push(new Error("down"), new Error("down"));
    await core.engine.operations.pause(pause);
    await world.advance(30_000);
    await core.engine.operations.resume({ scope: "all" });
    await world.advance(10 * minuteMs);
    expect(kinds(world)).toEqual(["ended"]);
    expect((await history(world))[0]?.notices).toMatchObject([
      { kind: "began", state: "superseded", error: "down" },
      { kind: "ended", state: "sent" },
    ]);
  });
}

function testEngines(open: OpenWithMeter): void {
  it("is one alert and one notice with two engines that both think that they lead", async () => {
    const world = await createWorld(open);
    const [a] = [await world.start(), await world.start()];
    await watchKillSwitch(a);
    await a.engine.operations.pause(pause);
    await world.advance(5 * minuteMs);
    await a.engine.operations.resume({ scope: "all" });
    await world.advance(5 * minuteMs);
    expect(kinds(world)).toEqual(["began", "ended"]);
    expect(await history(world)).toHaveLength(1);
  });

  it("is looked at by the engine that leads alone, and by the next one when that is gone", async () => {
    const world = await createWorld(open);
    let isLeading = false;
    const [a, b] = [await world.start(() => !isLeading), await world.start(() => isLeading)];
    await watchKillSwitch(a);
    await a.engine.stop(0);
    isLeading = true;
    await b.engine.operations.pause(pause);
    await world.advance(2 * minuteMs);
    expect(kinds(world)).toEqual(["began"]);
  });

  it("says nothing twice after a restart, and still tells the end", async () => {
    const world = await createWorld(open);
    const before = await world.start();
    await watchKillSwitch(before);
    await before.engine.operations.pause(pause);
    await world.advance(minuteMs);
    await before.engine.stop(0);
    const after = await world.start();
    await world.advance(10 * minuteMs);
    expect(kinds(world)).toEqual(["began"]);
    await after.engine.operations.resume({ scope: "all" });
    await world.advance(minuteMs);
    expect(kinds(world)).toEqual(["began", "ended"]);
  });

  it("is sent by the next engine when one goes away in the middle of a try", async () => {
    const world = await createWorld(open);
    const before = await world.start();
    await watchKillSwitch(before);
    world.hangs = true;
    await before.engine.operations.pause(pause);
    await world.advance(15_000);
    await before.engine.stop(0);
    world.hangs = false;
    await world.start();
    expect(world.sent).toEqual([]);
    await world.advance(tryLeaseMs);
    expect(kinds(world)).toEqual(["began"]);
    expect((await history(world))[0]?.notices).toMatchObject([{ state: "sent", tries: 2 }]);
  });
}

function testRules(open: OpenWithMeter): void {
  it.each(["rule-disabled", "rule-removed"])("ends with its rule: %s", async (end) => {
    const world = await createWorld(open);
    const core = await world.start();
    await watchKillSwitch(core);
    await core.engine.operations.pause(pause);
    await world.advance(minuteMs);
    const [rule] = await core.engine.alerts.rules();
    if (end === "rule-removed") await core.engine.alerts.removeRule(rule?.id ?? "");
    else await core.engine.alerts.changeRule(rule?.id ?? "", { enabled: false });
    await world.advance(minuteMs);
    expect(kinds(world)).toEqual(["began", "ended"]);
    expect(await history(world)).toMatchObject([{ end }]);
  });

  it("watches functions by what ended: no success, success and failure rate, run time, dead letters", async () => {
    const world = await createWorld(open);
    const state = { fails: false };
    const script: Script = async () => (state.fails ? failure({ name: "Error", message: "broken" }) : result(1));
    const core = await world.start(undefined, { "app-f": script });
    await core.engine.register(registration([functionConfig("app-f", { retries: 0 })]));
    const send = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent += 1)
        await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    };
    for (const rule of [
      { condition: "no-success", function: "app-f" },
      { condition: "success-rate", function: "app-f" },
      { condition: "failure-rate" },
      { condition: "dead-letters" },
      { condition: "run-time", threshold: minuteMs },
    ])
      await core.engine.alerts.createRule(rule, "ana");
    await send(10);
    await world.advance(20 * minuteMs);
    expect(await history(world)).toEqual([]);
    state.fails = true;
    await send(10);
    await world.advance(9 * minuteMs);
    const open1 = await world.store.alerts.listAlerts({ open: true, limit: 10 });
    expect(open1.map(({ kind, value }) => [kind, value]).sort()).toEqual([
      ["dead-letters", 10],
      ["failure-rate", 50],
      ["success-rate", 50],
    ]);
    await world.advance(2 * minuteMs);
    const last = await world.store.alerts.listAlerts({ open: true, limit: 10 });
    expect(last[0]).toMatchObject({ kind: "no-success", ruleName: "No success of app-f for 30 min" });
    state.fails = false;
    await send(1);
    await world.advance(minuteMs);
    expect((await history(world))[0]).toMatchObject({ kind: "no-success", end: "over" });
  });
}

export function testAlerts(open: OpenWithMeter): void {
  describe("what is told", () => testNotices(open));
  describe("which engine tells it", () => testEngines(open));
  describe("rules", () => testRules(open));
}
