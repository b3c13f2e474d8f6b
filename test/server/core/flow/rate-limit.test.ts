import { afterEach, describe, expect, it } from "vitest";
import {
  type CoreEngine,
  type CoreEngineOptions,
  createCoreEngine,
  functionConfig,
  registration,
} from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

async function serve(options: Record<string, unknown>, more: CoreEngineOptions["more"] = {}) {
  core = await createCoreEngine({ scripts: { "app-f": () => result(1) }, more });
  await core.engine.register(registration([functionConfig("app-f", options)]));
}

const started = async (eventId: string): Promise<boolean> =>
  (await core.store.listRunsOfEvent(eventId)).some(({ status }) => status === "Completed");
const send = async (data: Record<string, unknown> = {}, more = {}): Promise<boolean> =>
  started(await core.send("test/app-f", data, more));

describe("rateLimit", () => {
  it("drops what exceeds it, to the millisecond", async () => {
    await serve({ rateLimit: { limit: 2, period: "10s" } });
    expect([await send(), await send(), await send()]).toEqual([true, true, false]);
    await core.advance(9_999);
    expect(await send()).toBe(false);
    await core.advance(1);
    expect([await send(), await send(), await send()]).toEqual([true, true, false]);
  });

  it("counts each key by itself; a key of false or null is not limited", async () => {
    await serve({ rateLimit: { limit: 1, period: "1m", key: "event.data.user" } });
    expect([await send({ user: "a" }), await send({ user: "a" }), await send({ user: "b" })]).toEqual([
      true,
      false,
      true,
    ]);
    expect([await send({ user: 1 }), await send({ user: "1" }), await send({ user: 1 })]).toEqual([true, true, false]);
    expect([await send({ user: false }), await send({ user: false })]).toEqual([true, true]);
    expect([await send({}), await send({}), await send({ user: null })]).toEqual([true, true, true]);
    expect([await send({ user: { a: 1, b: 2 } }), await send({ user: { b: 2, a: 1 } })]).toEqual([true, false]);
    expect([await send({ user: [1] }), await send({ user: [2] }), await send({ user: [1] })]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("takes keys of any size, and `__proto__` as a field like others", async () => {
    await serve({ rateLimit: { limit: 1, period: "1m", key: "event.data.user" } });
    const long = "x".repeat(10_240);
    expect([await send({ user: long }), await send({ user: long }), await send({ user: `${long}y` })]).toEqual([
      true,
      false,
      true,
    ]);
    const tricky = JSON.parse('{"user":{"__proto__":{"polluted":true}}}');
    expect([await send(tricky), await send(tricky)]).toEqual([true, false]);
    expect(await send({ user: {} })).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("does not limit an event whose key fails, and says so", async () => {
    await serve({ rateLimit: { limit: 1, period: "1m", key: "event.data.list[7] + int(event.data.n)" } });
    expect([await send({ n: "no" }), await send({ n: "no" })]).toEqual([true, true]);
    expect(core.warnings).toContain("A flow control expression failed");
  });

  it("tells two thousand keys apart", async () => {
    await serve({ rateLimit: { limit: 1, period: "1m", key: "event.data.n" } });
    // Runs that are not to begin cost less than those that do.
    const ts = core.clock.now() + 60_000;
    const batch = (from: number) =>
      core.engine.ingest({
        body: Array.from({ length: 1_000 }, (_, index) => ({ name: "test/app-f", ts, data: { n: from + index } })),
        seed: null,
      });
    await batch(0);
    await batch(1_000);
    await core.idle();
    await batch(0);
    await core.idle();
    const runs = await core.store.storage();
    expect(runs.runs).toBe(2_000);
  });

  it("is spread out when the engine is told so", async () => {
    await serve({ rateLimit: { limit: 10, period: "1m" } }, { rateLimitMode: "gcra" });
    expect([await send(), await send(), await send()]).toEqual([true, true, false]);
    await core.advance(6_000);
    expect([await send(), await send()]).toEqual([true, false]);
  });

  it("outlives the engine", async () => {
    await serve({ rateLimit: { limit: 1, period: "1m" } });
    expect(await send()).toBe(true);
    await core.engine.stop(0);
    await core.engine.start();
    expect(await send()).toBe(false);
  });
});

describe("idempotency", () => {
  it("starts one run for each value in 24 hours", async () => {
    await serve({ idempotency: "event.data.order" });
    expect([await send({ order: 1 }), await send({ order: 1 }), await send({ order: 2 })]).toEqual([true, false, true]);
    await core.advance(86_399_999);
    expect(await send({ order: 1 })).toBe(false);
    await core.advance(1);
    expect(await send({ order: 1 })).toBe(true);
    expect([await send({}), await send({})]).toEqual([true, true]);
  });

  it("holds beside a rate limit, and is not used up by what that refuses", async () => {
    await serve({ idempotency: "event.data.order", rateLimit: { limit: 1, period: "1m" } });
    expect([await send({ order: 1 }), await send({ order: 2 })]).toEqual([true, false]);
    await core.advance(60_000);
    expect([await send({ order: 1 }), await send({ order: 2 })]).toEqual([false, true]);
  });
});

describe("an event's own id", () => {
  it("starts a function once in 24 hours", async () => {
    await serve({});
    expect([await send({}, { id: "a" }), await send({}, { id: "a" }), await send({}, { id: "b" })]).toEqual([
      true,
      false,
      true,
    ]);
    await core.advance(86_400_000);
    expect(await send({}, { id: "a" })).toBe(true);
  });
});
