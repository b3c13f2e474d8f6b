import { afterEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createHeldCalls, type HeldCalls } from "../../../helpers/held-calls.ts";
import { operations, result, type Script } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
let held: HeldCalls;
afterEach(() => core.stop());

async function serve(timeouts: Record<string, string>, more: Record<string, unknown> = {}, script?: Script) {
  held = createHeldCalls();
  core = await createCoreEngine({ scripts: { "app-f": script ?? held.script } });
  await core.engine.register(registration([functionConfig("app-f", { timeouts, ...more })]));
}

const send = (more: Record<string, unknown> = {}) => held.send(core, "test/app-f", {}, more);

describe("timeouts.start", () => {
  it("cancels a run that has not begun in time, and says so", async () => {
    await serve({ start: "10s" }, { concurrency: 1 });
    const [, waiting] = [await send(), await send()];
    await held.advance(core, 9_999);
    expect((await core.runOf(waiting)).status).toBe("Queued");
    await held.advance(core, 1);
    expect(await core.runOf(waiting)).toMatchObject({
      status: "Cancelled",
      startedAt: null,
      reason: "timed out: it did not begin within 10 s (timeouts.start)",
    });
    expect(await core.store.listEvents({ name: "inngest/function.cancelled", limit: 5 })).toHaveLength(1);
  });

  it("leaves a run alone that has begun, however long it takes", async () => {
    await serve({ start: "10s" });
    const id = await send();
    await held.advance(core, 60_000);
    expect((await core.runOf(id)).status).toBe("Running");
    held.release(result(1));
    await held.idle(core);
    expect((await core.runOf(id)).status).toBe("Completed");
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("counts from the time at which a delayed run may begin", async () => {
    await serve({ start: "10s" });
    const id = await send({ ts: core.clock.now() + 3_600_000 });
    await held.advance(core, 3_599_999);
    expect((await core.runOf(id)).status).toBe("Queued");
    await held.advance(core, 1);
    expect((await core.runOf(id)).status).toBe("Running");
  });

  it("holds for runs that waited while no engine ran", async () => {
    await serve({ start: "10s" }, { concurrency: 1 });
    const [, waiting] = [await send(), await send()];
    const stopped = core.engine.stop(0);
    await core.clock.advance(60_000, () => new Promise((resolve) => void setImmediate(resolve)));
    await stopped;
    await core.engine.start();
    await held.idle(core);
    expect((await core.runOf(waiting)).status).toBe("Cancelled");
  });
});

describe("timeouts.finish", () => {
  it("cancels a run that takes too long from its first call on, and aborts its call", async () => {
    await serve({ finish: "10s" });
    const id = await send({ ts: core.clock.now() + 5_000 });
    await held.advance(core, 5_000);
    const [call] = held.open;
    await held.advance(core, 9_999);
    expect((await core.runOf(id)).status).toBe("Running");
    await held.advance(core, 1);
    expect(await core.runOf(id)).toMatchObject({
      status: "Cancelled",
      reason: "timed out: it did not end within 10 s (timeouts.finish)",
    });
    expect(call?.signal.aborted).toBe(true);
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("cancels a run in its sleep", async () => {
    const sleep = { op: "Sleep", id: "nap", name: "1h", displayName: "nap" } as const;
    await serve({ finish: "10s" }, {}, () => operations([sleep]));
    const id = await send();
    await held.advance(core, 10_000);
    const run = await core.runOf(id);
    expect(run.status).toBe("Cancelled");
    expect((await core.store.listSteps(run.id)).map(({ status }) => status)).toEqual(["Cancelled"]);
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("is gone with a run that ends in time", async () => {
    await serve({ finish: "10s" }, {}, () => result(1));
    const id = await send();
    expect((await core.runOf(id)).status).toBe("Completed");
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("is not begun anew by a retry", async () => {
    await serve({ finish: "10s" });
    const id = await send();
    held.release({
      kind: "failure",
      error: { name: "E", message: "no" },
      requestVersion: 2,
      retry: { noRetry: null, retryAt: core.clock.now() + 6_000 },
    });
    await held.advance(core, 6_000);
    expect(held.open).toHaveLength(1);
    await held.advance(core, 4_000);
    expect((await core.runOf(id)).status).toBe("Cancelled");
  });

  it("goes for batches too", async () => {
    await serve({ finish: "10s" }, { batchEvents: { maxSize: 2, timeout: "5s" } });
    await send();
    await held.advance(core, 15_000);
    const [run] = await core.store.listRuns({ limit: 1 });
    expect(run?.status).toBe("Cancelled");
  });
});
