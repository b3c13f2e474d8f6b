import { afterEach, describe, expect, it } from "vitest";
import type { EngineOptions } from "../../../../server/src/core/create-engine.ts";
import { createRetention } from "../../../../server/src/core/operate/retention.ts";
import type { Store } from "../../../../server/src/ports/store.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, operations, result } from "../../../helpers/scripted-caller.ts";

const day = 86_400_000;
let core: CoreEngine;
afterEach(() => core.stop());

async function open(more: Partial<EngineOptions>, store?: Store): Promise<void> {
  core = await createCoreEngine({
    scripts: {
      quick: () => result("x".repeat(2000)),
      broken: () => failure({ name: "Error", message: "no" }, { noRetry: true }),
      nap: () => operations([{ op: "Sleep", id: "1".repeat(40), displayName: "nap", name: "300d", opts: {} }]),
    },
    more,
    ...(store === undefined ? {} : { store }),
  });
  await core.engine.register(registration([functionConfig("quick"), functionConfig("nap"), functionConfig("broken")]));
}

const counts = async () => {
  const { runs, events, steps, deadLetters } = await core.store.storage();
  return { runs, events, steps, deadLetters };
};

describe("retention", () => {
  it("lets go of runs that ended long ago and of events that no run needs, and of nothing else", async () => {
    await open({ retentionMs: 90 * day });
    await core.send("test/nap");
    await core.send("test/quick");
    await core.send("test/broken");
    await core.send("nobody/listens");
    await core.advance(89 * day);
    await core.send("test/quick");
    expect(await counts()).toEqual({ runs: 4, events: 9, steps: 1, deadLetters: 1 });
    await core.advance(2 * day);
    // The sleeping run with its event, and what came two days ago.
    expect(await counts()).toEqual({ runs: 2, events: 3, steps: 1, deadLetters: 0 });
    expect((await core.store.listRuns({ limit: 10 })).map(({ status }) => status)).toEqual(["Completed", "Running"]);
    const [napping] = await core.store.listRuns({ status: "Running", limit: 1 });
    expect((await core.store.loadExecution(napping?.id ?? ""))?.events).toHaveLength(1);
  });

  it("is off without a number", async () => {
    await open({});
    await core.send("test/quick");
    await core.advance(1000 * day);
    expect(await counts()).toMatchObject({ runs: 1, events: 2 });
  });

  it("works in batches", async () => {
    await open({ retentionMs: day });
    await core.engine.ingest({ body: Array(450).fill({ name: "test/quick", data: {} }), seed: null });
    await core.idle();
    expect((await counts()).runs).toBe(450);
    await core.advance(day + 3_600_000);
    expect(await counts()).toEqual({ runs: 0, events: 0, steps: 0, deadLetters: 0 });
  });

  it("goes on after the store failed once", async () => {
    const store = openSqliteStore({ directory: null });
    let failures = 1;
    await open(
      { retentionMs: day },
      {
        ...store,
        sweep: async (request) => {
          if (failures-- > 0) throw new Error("disk gone");
          return store.sweep(request);
        },
      },
    );
    await core.send("test/quick");
    await core.advance(2 * day);
    expect(core.warnings).toContain("Old records could not be deleted; trying again later");
    expect((await counts()).runs).toBe(0);
  });
});

describe("the bound of the disk", () => {
  it("lets the oldest ended runs go until what is left fits", async () => {
    await open({ maxDiskBytes: 3_000_000 });
    for (let round = 0; round < 8; round++) {
      await core.engine.ingest({ body: Array(100).fill({ name: "test/quick", data: {} }), seed: null });
      await core.idle();
    }
    const before = (await core.store.listRuns({ order: "oldest", limit: 1000 })).map(({ id }) => id);
    expect(await core.store.usedBytes()).toBeGreaterThan(3_000_000);
    await core.advance(900_000);
    expect(await core.store.usedBytes()).toBeLessThanOrEqual(3_000_000);
    const left = (await core.store.listRuns({ order: "oldest", limit: 1000 })).map(({ id }) => id);
    expect(left.length).toBeGreaterThan(0);
    expect(left).toEqual(before.slice(-left.length));
  });

  it("says so when only open runs are left", async () => {
    await open({ maxDiskBytes: 1 });
    await core.send("test/nap");
    await core.advance(120_000);
    expect(core.warnings.join()).toContain("belongs to runs that have not ended");
    expect((await counts()).runs).toBe(1);
  });
});

describe("a sweep", () => {
  it("ends between batches when the engine stops", async () => {
    await open({});
    const { store, clock } = core;
    let batches = 0;
    const endless: Pick<Store, "sweep" | "compact" | "usedBytes"> = {
      ...store,
      sweep: async () => ({ runs: 1, events: 0, cursor: String(++batches) }),
    };
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const retention = createRetention(
      { store: endless as Store, clock, logger },
      { size: 0 },
      { retentionMs: 1, maxDiskBytes: null },
    );
    retention.start();
    await clock.advance(60_000, () => new Promise((resolve) => void setImmediate(resolve)));
    await retention.stop();
    const seen = batches;
    expect(seen).toBeGreaterThan(0);
    await clock.advance(60_000, () => new Promise((resolve) => void setImmediate(resolve)));
    expect(batches).toBe(seen);
  });

  it("rests four times as long as it took while the engine works", async () => {
    await open({});
    const { store, clock } = core;
    let batches = 0;
    const sweep: Store["sweep"] = async () => {
      await new Promise<void>((resolve) => clock.setTimer(clock.now() + 100, resolve));
      return { runs: 1, events: 0, cursor: ++batches < 3 ? "1" : null };
    };
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const retention = createRetention(
      { store: { ...store, sweep }, clock, logger },
      { size: 1 },
      { retentionMs: 1, maxDiskBytes: null },
    );
    retention.start();
    const idle = () => new Promise<void>((resolve) => void setImmediate(resolve));
    await clock.advance(60_150, idle);
    expect(batches).toBe(1);
    await clock.advance(400, idle);
    expect(batches).toBe(1);
    await clock.advance(100, idle);
    expect(batches).toBe(2);
    await clock.advance(500, idle);
    expect(batches).toBe(3);
    await retention.stop();
  });
});
