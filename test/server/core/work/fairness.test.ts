import { afterEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result, stepRun } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

const ticks = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

const until = async (isTrue: () => boolean): Promise<void> => {
  for (let i = 0; i < 20_000 && !isTrue(); i++) await ticks(1);
  expect(isTrue()).toBe(true);
};

const tenantEvents = (tenant: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: "test/app-f", data: { tenant, n } }));

const perTenant = (limit: number) => ({ concurrency: [{ limit, key: "event.data.tenant" }] });

describe("two thousand jobs of one tenant", () => {
  it.each([
    ["its own limit", 2],
    ["a limit above the number of places", 50],
  ])("do not hold up another's one, with %s", async (_what, limit) => {
    const began: string[] = [];
    const working = new Map<string, number>();
    let most = 0;
    core = await createCoreEngine({
      workers: 4,
      scripts: {
        "app-f": async ({ body }) => {
          const { tenant } = body.event.data as { tenant: string };
          began.push(tenant);
          working.set(tenant, (working.get(tenant) ?? 0) + 1);
          most = Math.max(most, working.get(tenant) ?? 0);
          await ticks(3);
          working.set(tenant, (working.get(tenant) ?? 0) - 1);
          return result(1);
        },
      },
    });
    await core.engine.register(registration([functionConfig("app-f", perTenant(limit))]));
    for (let n = 0; n < 2; n++) await core.engine.ingest({ body: tenantEvents("a", 1_000), seed: null });
    await until(() => began.length >= 40);
    const before = began.length;
    await core.engine.ingest({ body: tenantEvents("b", 1), seed: null });
    await until(() => began.includes("b"));
    // No more than the jobs that had the four places when it came, and those that follow at once.
    expect(began.indexOf("b") - before).toBeLessThanOrEqual(8);
    expect(most).toBeLessThanOrEqual(limit);
  });
});

describe("functions", () => {
  it("take turns: runs of many steps leave places to others", async () => {
    const began: string[] = [];
    core = await createCoreEngine({
      workers: 2,
      scripts: {
        "app-long": async ({ body }) => {
          began.push("long");
          await ticks(2);
          const done = Object.keys(body.steps).length;
          return done === 200 ? result(1) : operations([stepRun(`s${done}`, 1)]);
        },
        "app-short": () => {
          began.push("short");
          return result(1);
        },
      },
    });
    await core.engine.register(registration([functionConfig("app-long"), functionConfig("app-short")]));
    await core.engine.ingest({
      body: Array.from({ length: 20 }, (_, n) => ({ name: "test/app-long", data: { n } })),
      seed: null,
    });
    await until(() => began.length >= 30);
    const before = began.length;
    await core.engine.ingest({ body: { name: "test/app-short" }, seed: null });
    await until(() => began.includes("short"));
    expect(began.indexOf("short") - before).toBeLessThanOrEqual(16);
  });

  it("get their turn although the runs of another wake one after the other", async () => {
    const began: string[] = [];
    core = await createCoreEngine({
      workers: 1,
      scripts: {
        "app-naps": async ({ body }) => {
          const naps = Object.keys(body.steps).length;
          if (naps > 0) began.push("nap");
          await ticks(2);
          return naps === 3
            ? result(1)
            : operations([{ op: "Sleep", id: `nap${naps}`, displayName: "nap", name: "1s", opts: { duration: "1s" } }]);
        },
        "app-short": () => {
          began.push("short");
          return result(1);
        },
      },
    });
    await core.engine.register(registration([functionConfig("app-naps"), functionConfig("app-short")]));
    await core.engine.ingest({
      body: Array.from({ length: 60 }, (_, n) => ({ name: "test/app-naps", data: { n } })),
      seed: null,
    });
    await core.idle();
    // All sixty sleeps end at once.
    void core.advance(1000);
    await until(() => began.length >= 3);
    const before = began.length;
    await core.engine.ingest({ body: { name: "test/app-short" }, seed: null });
    await until(() => began.includes("short"));
    expect(began.indexOf("short") - before).toBeLessThanOrEqual(12);
    await core.advance(10_000);
  });

  it("start runs of higher priority first", async () => {
    const began: number[] = [];
    core = await createCoreEngine({
      workers: 1,
      scripts: {
        "app-f": async ({ body }) => {
          began.push((body.event.data as { p: number }).p);
          await ticks(2);
          return result(1);
        },
      },
    });
    await core.engine.register(registration([functionConfig("app-f", { priority: { run: "event.data.p" } })]));
    const body = [0, -600, 0, 120, 600].map((p) => ({ name: "test/app-f", data: { p } }));
    await core.engine.ingest({ body, seed: null });
    await core.idle();
    expect(began).toEqual([600, 120, 0, 0, -600]);
  });
});

describe("limits", () => {
  it("hold for steps, not for runs that sleep", async () => {
    core = await createCoreEngine({
      workers: 10,
      scripts: {
        "app-f": ({ body }) =>
          "nap" in body.steps
            ? result(1)
            : operations([{ op: "Sleep", id: "nap", displayName: "nap", name: "1m", opts: { duration: "1m" } }]),
      },
    });
    await core.engine.register(registration([functionConfig("app-f", { concurrency: [{ limit: 1 }] })]));
    await core.engine.ingest({ body: [1, 2, 3].map((n) => ({ name: "test/app-f", data: { n } })), seed: null });
    await core.idle();
    expect(core.caller.calls).toHaveLength(3);
    await core.advance(60_000);
    expect(await core.store.listRuns({ status: "Completed", limit: 10 })).toHaveLength(3);
  });

  it("of whole runs hold while a run sleeps", async () => {
    core = await createCoreEngine({
      workers: 10,
      scripts: {
        "app-f": ({ body }) =>
          "nap" in body.steps
            ? result(1)
            : operations([{ op: "Sleep", id: "nap", displayName: "nap", name: "1m", opts: { duration: "1m" } }]),
      },
    });
    await core.engine.register(registration([functionConfig("app-f", { concurrency: { fn: [{ limit: 1 }] } })]));
    await core.engine.ingest({ body: [1, 2].map((n) => ({ name: "test/app-f", data: { n } })), seed: null });
    await core.idle();
    expect(core.caller.calls).toHaveLength(1);
    await core.advance(60_000);
    expect(core.caller.calls).toHaveLength(3);
    await core.advance(60_000);
    expect(await core.store.listRuns({ status: "Completed", limit: 10 })).toHaveLength(2);
  });

  it("of a throttle start runs one after the other, by the clock", async () => {
    core = await createCoreEngine({ scripts: { "app-f": () => result(1) } });
    const throttle = { limit: 1, period: "10s", burst: 1 };
    await core.engine.register(registration([functionConfig("app-f", { throttle })]));
    await core.engine.ingest({ body: [1, 2, 3, 4].map((n) => ({ name: "test/app-f", data: { n } })), seed: null });
    await core.idle();
    const counts = [core.caller.calls.length];
    for (const ms of [9_999, 1, 9_999, 1]) {
      await core.advance(ms);
      counts.push(core.caller.calls.length);
    }
    expect(counts).toEqual([2, 2, 3, 3, 4]);
  });
});
