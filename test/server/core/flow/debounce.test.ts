import { afterEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

async function serve(debounce: Record<string, unknown>, more: Record<string, unknown> = {}) {
  core = await createCoreEngine({ scripts: { "app-f": ({ body }) => result(body.event.data) } });
  await core.engine.register(registration([functionConfig("app-f", { debounce, ...more })]));
}

const send = (data: Record<string, unknown>, more = {}) => core.send("test/app-f", data, more);

async function outputs(): Promise<unknown[]> {
  const runs = await core.store.listRuns({ limit: 1_000, order: "oldest" });
  return runs.map(({ output }) => JSON.parse(output ?? "null"));
}

describe("debounce", () => {
  it("starts one run with the last event, once nothing came for its period", async () => {
    await serve({ period: "10s" });
    await send({ n: 1 });
    await core.advance(9_999);
    await send({ n: 2 });
    await core.advance(9_999);
    expect(await outputs()).toEqual([]);
    await core.advance(1);
    expect(await outputs()).toEqual([{ n: 2 }]);
    await core.advance(60_000);
    await send({ n: 3 });
    await core.advance(10_000);
    expect(await outputs()).toEqual([{ n: 2 }, { n: 3 }]);
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("heeds a shorter period after its item has looked and gone back to sleep", async () => {
    const config = (period: string) => registration([functionConfig("app-f", { debounce: { period } })]);
    await serve({ period: "1h" });
    await send({ n: 1 });
    await core.advance(30 * 60_000);
    await send({ n: 2 });
    await core.advance(35 * 60_000);
    await core.engine.register(config("1s"));
    await send({ n: 3 });
    await core.advance(1_000);
    expect(await outputs()).toEqual([{ n: 3 }]);
    await core.advance(3_600_000);
    expect(await outputs()).toEqual([{ n: 3 }]);
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("keeps the event with the latest `ts`, not the one that came last", async () => {
    await serve({ period: "10s" });
    const now = core.clock.now();
    await send({ n: 1 }, { ts: now });
    await send({ n: 2 }, { ts: now - 5_000 });
    await core.advance(10_000);
    expect(await outputs()).toEqual([{ n: 1 }]);
  });

  it("is pushed no further than its timeout", async () => {
    await serve({ period: "10s", timeout: "25s" });
    for (let n = 0; n < 5; n++) {
      await send({ n });
      await core.advance(6_000);
    }
    expect(await outputs()).toEqual([{ n: 4 }]);
  });

  it("has one for each key; events whose key is missing share one", async () => {
    await serve({ period: "10s", key: "event.data.user" });
    await send({ user: "a", n: 1 });
    await send({ user: "b", n: 2 });
    await send({ user: "a", n: 3 });
    await send({ n: 4 });
    await send({ n: 5 });
    await core.advance(10_000);
    expect((await outputs()).map((output) => (output as { n: number }).n).sort()).toEqual([2, 3, 5]);
  });

  it("counts events that come against the rate limit", async () => {
    await serve({ period: "10s" }, { rateLimit: { limit: 1, period: "1m" } });
    await send({ n: 1 });
    await core.advance(5_000);
    await send({ n: 2 });
    await core.advance(5_000);
    expect(await outputs()).toEqual([{ n: 1 }]);
    await core.advance(55_000);
    await send({ n: 3 });
    await core.advance(10_000);
    expect(await outputs()).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it("makes one run of each value of `idempotency`, with the last event", async () => {
    await serve({ period: "10s", key: "event.data.id" }, { idempotency: "event.data.id" });
    await send({ id: "a", n: 1 });
    await send({ id: "a", n: 2 });
    await core.advance(10_000);
    await send({ id: "a", n: 3 });
    await core.advance(10_000);
    expect(await outputs()).toEqual([{ id: "a", n: 2 }]);
  });

  it("knows an event that has started a run by its id, and lets it not push others out", async () => {
    await serve({ period: "10s" });
    await send({ n: 1 }, { id: "one" });
    await core.advance(10_000);
    await send({ n: 2 });
    await send({ n: 1 }, { id: "one" });
    await core.advance(10_000);
    expect(await outputs()).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it("takes an event while it fires exactly once", async () => {
    await serve({ period: "10s" });
    await send({ n: 1 });
    const { getDebounce } = core.store;
    let raced = false;
    core.store.getDebounce = async (key) => {
      const found = await getDebounce(key);
      if (!raced) {
        raced = true;
        await core.engine.ingest({ body: { name: "test/app-f", data: { n: 2 } }, seed: null });
      }
      return found;
    };
    await core.advance(10_000);
    expect(await outputs()).toEqual([]);
    await core.advance(10_000);
    expect(await outputs()).toEqual([{ n: 2 }]);
  });

  it("outlives the engine, and starts at once what became due meanwhile", async () => {
    await serve({ period: "10s" });
    await send({ n: 1 });
    await core.engine.stop(0);
    await core.advance(60_000);
    await core.engine.start();
    await core.idle();
    expect(await outputs()).toEqual([{ n: 1 }]);
  });

  it("starts a run also when its function is no longer served: the run says so", async () => {
    await serve({ period: "10s" });
    await send({ n: 1 });
    await core.engine.register(registration([functionConfig("app-other")]));
    await core.advance(10_000);
    const [run] = await core.store.listRuns({ limit: 1 });
    expect(run?.status).toBe("Running");
    expect((await core.store.listAttempts(run?.id ?? ""))[0]?.error).toContain("UnknownFunctionError");
  });

  it("a sync with a shorter period takes effect with the next event", async () => {
    await serve({ period: "1h" });
    await send({ n: 1 });
    await core.engine.register(registration([functionConfig("app-f", { debounce: { period: "1s" } })]));
    await send({ n: 2 });
    await core.advance(1_000);
    expect(await outputs()).toEqual([{ n: 2 }]);
    await core.advance(3_600_000);
    expect(await outputs()).toEqual([{ n: 2 }]);
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("lets an invocation start at once", async () => {
    await serve({ period: "10s" });
    const { runId } = await core.engine.invoke({ slug: "app-f", body: { data: { n: 1 } } });
    await core.idle();
    expect((await core.store.getRun(runId))?.status).toBe("Completed");
  });
});
