import { describe, expect, it } from "vitest";
import type { MetricsAnswer } from "../../../../server/src/api/answers.ts";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { type OperatedEngine, startOperatedEngine } from "../../../helpers/operated-engine.ts";
import { failure, operations, result } from "../../../helpers/scripted-caller.ts";

const hourMs = 3_600_000;

async function startHarvester(): Promise<OperatedEngine> {
  const api = await startOperatedEngine({
    retryIntervalMs: 1000,
    scripts: {
      "harvester-discovery": ({ body }) => {
        const { event, ctx } = body as unknown as { event: { data: { fails?: string } }; ctx: { attempt: number } };
        const { fails } = event.data;
        if (fails === "once" && ctx.attempt === 0) return failure({ name: "RateError", message: "too many" });
        if (fails === "always") return failure({ name: "TimeoutError", message: "no answer" }, { noRetry: true });
        return result("done");
      },
      "harvester-nap": () =>
        operations([{ op: "Sleep", id: "a".repeat(40), displayName: "nap", name: "1h", opts: {} }]),
    },
  });
  const functions = [functionConfig("harvester-discovery", { retries: 2 }), functionConfig("harvester-nap")];
  await api.engine.register(registration(functions, "harvester"));
  return api;
}

const read = async ({ ask }: OperatedEngine, query = ""): Promise<MetricsAnswer> =>
  (await ask<{ data: MetricsAnswer }>("GET", `/v2/metrics${query}`)).data;

describe("GET /v2/metrics", () => {
  it("gives all that is asked of one function in a day in one answer", async () => {
    const api = await startHarvester();
    const { send, advance, clock } = api;
    for (let n = 0; n < 7; n += 1) await send("test/harvester-discovery", {});
    const lastSuccess = clock.now();
    await send("test/harvester-nap", {});
    await advance(2 * hourMs);
    await send("test/harvester-discovery", { fails: "once" });
    await advance(1000);
    await send("test/harvester-discovery", { fails: "always" });
    await send("test/harvester-discovery", { fails: "always" });
    const metrics = await read(api, "?function=discovery");
    expect(metrics).toMatchObject({
      bucket: "hour",
      total: {
        ...{ started: 10, completed: 8, failed: 2, cancelled: 0, successRate: 0.8, retries: 1, deadLetters: 2 },
        errors: [{ name: "TimeoutError", count: 2 }],
        runMs: { count: 10, avg: 100, p50: expect.any(Number), p95: expect.any(Number), max: 1000 },
        waitMs: { count: 10 },
        calls: { ok: 8, error: 3 },
      },
      queue: { queued: 0, running: 0, oldestQueuedAt: null, deadLetters: 2 },
      lastSuccessAt: new Date(clock.now()).toISOString(),
    });
    expect(clock.now()).toBeGreaterThan(lastSuccess);
    expect(metrics.buckets).toHaveLength(25);
    expect(metrics.buckets.at(-1)).toMatchObject({ completed: 1, failed: 2 });
    expect(metrics.buckets.at(-3)).toMatchObject({ completed: 7, failed: 0, successRate: 1 });
    expect(metrics.buckets[0]).toMatchObject({ completed: 0, successRate: null, runMs: null });
    expect(metrics.functions.map(({ function: fn }) => fn.id)).toEqual(["harvester-discovery"]);
    expect(metrics.functions[0]?.failed.slice(-2)).toEqual([0, 2]);
  });

  it("gives all functions, those of an app, and the calls of apps", async () => {
    const api = await startHarvester();
    await api.engine.register(registration([functionConfig("shop-charge")], "shop"));
    await api.send("test/harvester-discovery", {});
    await api.send("test/harvester-nap", {});
    const all = await read(api);
    expect(all.functions.map(({ function: fn }) => fn.id)).toEqual(["harvester-discovery", "harvester-nap"]);
    expect(all.queue).toMatchObject({ running: 1 });
    expect(all.apps).toMatchObject([{ app: { id: "harvester" }, calls: { ok: 2, error: 0 } }]);
    expect((await read(api, "?app=harvester")).apps).toEqual(all.apps);
    expect(await read(api, "?app=shop")).toMatchObject({ functions: [], apps: [], total: { started: 0 } });
  });

  it("divides a range as it is asked to, or as its length and age say", async () => {
    const api = await startHarvester();
    await api.send("test/harvester-discovery", {});
    const at = api.clock.now();
    const range = (from: number, to: number) => `?from=${from}&to=${to}`;
    const unit = async (query: string) => (await read(api, query)).bucket;
    expect(await unit(range(at - hourMs, at))).toBe("minute");
    expect(await unit(range(at - 7 * 24 * hourMs, at))).toBe("hour");
    expect(await unit(range(at - 60 * 24 * hourMs, at))).toBe("day");
    expect(await unit(range(at - 20 * 24 * hourMs, at - 20 * 24 * hourMs + hourMs))).toBe("hour");
    const minutes = await read(api, `${range(at - 60_000, at + 60_000)}&bucket=minute`);
    expect(minutes.buckets.reduce((sum, { completed }) => sum + completed, 0)).toBe(1);
    const earlier = await read(api, `${range(at - 10 * hourMs, at - 5 * hourMs)}&bucket=hour`);
    expect(earlier.total.completed).toBe(0);
    expect(earlier.lastSuccessAt).toBe(new Date(at).toISOString());
  });

  it.each([
    ["?bucket=week", "Expected minute, hour or day"],
    ["?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "`from` must be before `to`"],
    ["?from=yesterday", "Invalid from"],
    ["?from=1970-01-01T00:00:00Z&bucket=day", "at most 1500"],
    ["?bucket=minute&from=FIVE_DAYS&to=FOUR_DAYS", "kept for 2 days"],
  ])("refuses %s", async (query, message) => {
    const api = await startHarvester();
    const ago = (days: number) => String(api.clock.now() - days * 24 * hourMs);
    const path = `/v2/metrics${query.replace("FIVE_DAYS", ago(5)).replace("FOUR_DAYS", ago(4.5))}`;
    const { errors } = await api.ask<{ errors: { message: string }[] }>("GET", path, undefined, 400);
    expect(errors[0]?.message).toContain(message);
  });

  it("says of a function that there is not that there is none", async () => {
    const { ask } = await startHarvester();
    await ask("GET", "/v2/metrics?function=nothing", undefined, 404);
    await ask("GET", "/v2/metrics?app=nothing", undefined, 404);
  });
});
