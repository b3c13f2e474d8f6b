import { afterEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

async function serve(batchEvents: Record<string, unknown>, more: Record<string, unknown> = {}) {
  core = await createCoreEngine({
    scripts: { "app-f": ({ body }) => result(body.events.map(({ data }) => (data as { n: number }).n)) },
  });
  await core.engine.register(registration([functionConfig("app-f", { batchEvents, ...more })]));
}

const send = (n: number, more: Record<string, unknown> = {}) => {
  const { data, ...fields } = more as { data?: Record<string, unknown> };
  return core.send("test/app-f", { n, ...data }, fields);
};

async function outputs(): Promise<unknown[]> {
  const runs = await core.store.listRuns({ limit: 1_000, order: "oldest" });
  return runs.map(({ output }) => JSON.parse(output ?? "null"));
}

describe("batchEvents", () => {
  it("starts a run when the batch is full, or when its time is up", async () => {
    await serve({ maxSize: 3, timeout: "5s" });
    for (const n of [1, 2, 3, 4]) await send(n);
    expect(await outputs()).toEqual([[1, 2, 3]]);
    await core.advance(4_999);
    expect(await outputs()).toHaveLength(1);
    await core.advance(1);
    expect(await outputs()).toEqual([[1, 2, 3], [4]]);
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("gives the run all its events, in the order in which they came", async () => {
    await serve({ maxSize: 2, timeout: "5s" });
    const ids = [await send(1), await send(2)];
    const [run] = await core.store.listRuns({ limit: 1 });
    expect(run?.eventIds).toEqual(ids);
    for (const id of ids) expect((await core.runOf(id)).id).toBe(run?.id);
    expect(JSON.parse(core.caller.calls[0]?.body ?? "")).toMatchObject({
      event: { data: { n: 1 } },
      events: [{ data: { n: 1 } }, { data: { n: 2 } }],
    });
  });

  it("gathers each key by itself, and starts at once what does not meet the condition", async () => {
    await serve({ maxSize: 2, timeout: "5s", key: "event.data.user", if: "event.data.user != 'vip'" });
    await send(1, { data: { user: "a" } });
    await send(2, { data: { user: "b" } });
    await send(3, { data: { user: "vip" } });
    expect(await outputs()).toEqual([[3]]);
    await send(4, { data: { user: "a" } });
    expect(await outputs()).toEqual([[3], [1, 4]]);
    await core.advance(5_000);
    expect(await outputs()).toEqual([[3], [1, 4], [2]]);
  });

  it("starts an event alone whose condition fails, and says so", async () => {
    await serve({ maxSize: 2, timeout: "5s", if: "event.data.n / 0 == 1 && int(event.data.text) > 1" });
    await send(1, { data: { text: "none" } });
    expect(await outputs()).toEqual([[1]]);
    expect(core.warnings).toContain("A flow control expression failed");
  });

  it("takes an event of the same id once in 24 hours", async () => {
    await serve({ maxSize: 3, timeout: "5s" });
    await send(1, { id: "one" });
    await send(1, { id: "one" });
    await send(2, { id: "two" });
    await core.advance(5_000);
    await send(1, { id: "one" });
    await core.advance(5_000);
    expect(await outputs()).toEqual([[1, 2]]);
  });

  it("splits what comes in one request", async () => {
    await serve({ maxSize: 100, timeout: "5s" });
    const body = Array.from({ length: 250 }, (_, n) => ({ name: "test/app-f", data: { n } }));
    await core.engine.ingest({ body, seed: null });
    await core.idle();
    await core.advance(5_000);
    const sizes = (await outputs()).map((output) => (output as number[]).length);
    expect(sizes).toEqual([100, 100, 50]);
  });

  it("holds at most 10 MiB", async () => {
    await serve({ maxSize: 100, timeout: "5s" });
    const text = "x".repeat(2.5 * 1024 * 1024);
    for (const n of [1, 2, 3, 4]) await send(n, { data: { text } });
    const [first] = await core.store.listRuns({ limit: 1 });
    expect(first?.eventIds).toHaveLength(3);
  });

  it("loses no event that comes while it fires", async () => {
    await serve({ maxSize: 3, timeout: "5s" });
    await send(1);
    const { getBatch } = core.store;
    let raced = false;
    core.store.getBatch = async (id) => {
      const found = await getBatch(id);
      if (!raced) {
        raced = true;
        await core.engine.ingest({ body: { name: "test/app-f", data: { n: 2 } }, seed: null });
      }
      return found;
    };
    await core.advance(5_000);
    expect(await outputs()).toEqual([[1, 2]]);
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("starts once when it fills while its timer fires", async () => {
    await serve({ maxSize: 2, timeout: "5s" });
    await send(1);
    const { getBatch } = core.store;
    let raced = false;
    core.store.getBatch = async (id) => {
      const found = await getBatch(id);
      if (!raced) {
        raced = true;
        await core.engine.ingest({ body: { name: "test/app-f", data: { n: 2 } }, seed: null });
      }
      return found;
    };
    await core.advance(5_000);
    expect(await outputs()).toEqual([[1, 2]]);
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("outlives the engine", async () => {
    await serve({ maxSize: 3, timeout: "5s" });
    await send(1);
    await core.engine.stop(0);
    await core.advance(60_000);
    await core.engine.start();
    await core.idle();
    expect(await outputs()).toEqual([[1]]);
  });

  it("lets an invocation start at once", async () => {
    await serve({ maxSize: 3, timeout: "5s" });
    const { runId } = await core.engine.invoke({ slug: "app-f", body: { data: { n: 1 } } });
    await core.idle();
    expect((await core.store.getRun(runId))?.status).toBe("Completed");
  });
});
