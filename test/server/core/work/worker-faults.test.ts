/** What the worker makes of bad moments: full hands, a clock that jumps, a store that comes back. Nothing may be left lying. */
import { setImmediate as turn } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { EngineError } from "../../../../server/src/domain/error.ts";
import { cronPut } from "../../../../server/src/domain/queue/queue-puts.ts";
import type { Store } from "../../../../server/src/ports/store.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createLeapingClock } from "../../../helpers/leaping-clock.ts";
import { operations, result, type Script, stepRun } from "../../../helpers/scripted-caller.ts";
import { tempDirectory } from "../../../helpers/temp-directory.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

const sleepsFor =
  (name: string): Script =>
  ({ body }) =>
    "z" in body.steps ? result("woke") : operations([{ op: "Sleep", id: "z", name }]);
const sleepsOnce = sleepsFor("5s");

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await turn();
};

it.each(["that puts nothing", "that fails"])("wakes a sleep whose time came during a commit %s", async (how) => {
  const core = await engineWith({ "app-f": sleepsOnce }, {}, { workers: 1 });
  const id = await core.send("test/app-f");
  const { store, engine } = core;
  const { commit } = store;
  let release = (): void => {};
  store.commit = async (transition, claim) => {
    if (transition.events?.[0]?.name !== "test/nobody") return commit(transition, claim);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    if (how === "that fails") throw new Error("disk");
    return commit(transition, claim);
  };
  // The only place is promised to this commit while the timer of the sleep fires.
  const sent = engine.ingest({ body: { name: "test/nobody" }, seed: null }).catch(() => null);
  await core.advance(5_000);
  release();
  await sent;
  await core.idle();
  expect(await core.runOf(id)).toMatchObject({ status: "Completed", output: '"woke"' });
});

it.each([0, 20])("makes no call twice when the clock leaps beyond its lease, renewed %i turns later", async (late) => {
  const clock = createLeapingClock();
  const inner = openSqliteStore({ directory: null });
  // The timer of the renewal fires before the one that leases what is due.
  const extend: Store["extend"] = async (tokens, until) => {
    await turns(late);
    return inner.extend(tokens, until);
  };
  const store = new Proxy(inner, { get: (from, name: keyof Store) => (name === "extend" ? extend : from[name]) });
  let release = (): void => {};
  const slow: Script = async () => {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return result("once");
  };
  const core = await engineWith({ "app-f": slow, "app-g": sleepsFor("15s") }, {}, { clock, store });
  const sleeping = await core.engine.ingest({ body: { name: "test/app-g" }, seed: null });
  await turns(20);
  await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
  await turns(20);
  await clock.leap(3_600_000, () => turns(60));
  expect((await core.runOf(sleeping.ids[0] ?? "")).status).toBe("Completed");
  expect(core.caller.calls.filter(({ url }) => url.includes("app-f"))).toHaveLength(1);
  release();
  await core.idle();
  expect(await core.store.listRuns({ status: "Completed", limit: 10 })).toHaveLength(2);
});

it.each([{}, { concurrency: { limit: 2 } }])(
  "an engine that died in a call of a function with %j, paused meanwhile, does not make it again before it is resumed",
  async (flow) => {
    const directory = await tempDirectory("paused-crash");
    const hangs: Script = () => new Promise(() => {});
    const register = registration([functionConfig("app-f", flow)]);
    const died = await createCoreEngine({ store: openSqliteStore({ directory }), scripts: { "app-f": hangs } });
    await died.engine.register(register);
    await died.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    await turns(20);
    expect(died.caller.calls).toHaveLength(1);
    await died.engine.operations.pause({ scope: "function", target: "app-f", reason: "r", author: "ana" });
    // As if it were killed: nothing is given back.
    await died.store.close();

    const core = await createCoreEngine({
      store: openSqliteStore({ directory }),
      scripts: { "app-f": () => result("done") },
    });
    onTestFinished(() => core.stop());
    await core.idle();
    await core.advance(120_000);
    expect(core.caller.calls).toHaveLength(0);
    await core.engine.operations.resume({ scope: "function", target: "app-f" });
    await core.idle();
    expect(await core.store.listRuns({ limit: 10 })).toMatchObject([{ status: "Completed" }]);
  },
);

it("a schedule that is resumed in the moment of its tick goes on", async () => {
  const core = await engineWith({ "app-f": () => result(1) });
  const { operations: act } = core.engine;
  const { id } = await act.createSchedule({ cron: "* * * * *", function: "app-f" });
  await act.pauseSchedule(id);
  const { store } = core;
  const { getSchedule } = store;
  let resumed: Promise<unknown> | null = null;
  // Its tick has read that it is paused, and then it is resumed.
  store.getSchedule = async (asked) => {
    const schedule = await getSchedule(asked);
    if (resumed === null) {
      resumed = Promise.resolve();
      resumed = act.resumeSchedule(id);
      await resumed;
    }
    return schedule;
  };
  await core.advance(60_000);
  expect(resumed).not.toBeNull();
  await core.advance(180_000);
  expect((await store.listRuns({ limit: 10 })).length).toBeGreaterThanOrEqual(3);
});

it("goes on after a commit that was written without saying so", async () => {
  const steps: Script = ({ body }) => ("a" in body.steps ? result("done") : operations([stepRun("a", 1)]));
  const core = await engineWith({ "app-f": steps });
  const { commit } = core.store;
  let lost = false;
  core.store.commit = async (transition, claim) => {
    const written = await commit(transition, claim);
    if (lost || transition.ends === undefined) return written;
    lost = true;
    throw new EngineError("store_failed", "The connection was cut.", { retryable: true });
  };
  const id = await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
  await turns(50);
  await core.clock.advance(60_000, () => turns(50));
  expect(lost).toBe(true);
  expect(await core.runOf(id.ids[0] ?? "")).toMatchObject({ status: "Completed", output: '"done"' });
});

it("a cron that ticks while its sync is not over yet fires a moment later", async () => {
  const core = await engineWith({ "app-f": () => result(1) });
  const { store, engine } = core;
  const { listFunctions } = store;
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  store.listFunctions = async () => {
    await released;
    return listFunctions();
  };
  const fn = functionConfig("app-f", { triggers: [{ cron: "* * * * *" }] });
  const synced = engine.register(registration([fn]));
  await turns(20);
  await core.clock.advance(60_000, () => turns(20));
  release();
  await synced;
  store.listFunctions = listFunctions;
  await core.advance(1_000);
  expect(await store.listRuns({ limit: 10 })).toMatchObject([{ status: "Completed", cron: "* * * * *" }]);
  await core.advance(59_000);
  expect(await store.listRuns({ limit: 10 })).toHaveLength(2);
  // What nobody serves any more, and no sync took out, ticks without effect.
  await store.commit({
    lease: null,
    puts: [cronPut("gone", "left", { cron: "* * * * *", tick: core.clock.now() }, core.clock.now())],
  });
  await core.advance(180_000);
  expect(await store.listRuns({ limit: 10 })).toHaveLength(5);
});
