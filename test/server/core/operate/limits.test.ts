import { afterEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

async function openWith(options: Record<string, unknown>): Promise<void> {
  core = await createCoreEngine({ scripts: { "app-f": () => result(1) } });
  await core.engine.register(registration([functionConfig("app-f", options)]));
}

const who = { function: "app-f", reason: "night", author: "ana" };
const set = (body: Record<string, unknown>) => core.engine.operations.setLimit({ ...who, ...body });
const refusal = (body: Record<string, unknown>) =>
  set(body).then(
    () => "it was set",
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  );

describe("a limit that people set", () => {
  it("is one that the function's code could have, or is refused with what is wrong", async () => {
    await openWith({ batchEvents: { maxSize: 5, timeout: "1m" } });
    expect(await refusal({ control: "rateLimit", limit: 1, period: "1m" })).toMatch(
      /^invalid_request: app-f has `batchEvents`, which cannot be combined with `rateLimit`/,
    );
    expect(await refusal({ control: "speed", limit: 1 })).toMatch(/`control` must be one of "concurrency"/);
    expect(await refusal({ control: "concurrency", limit: -1 })).toMatch(/`limit` must be/);
    expect(await refusal({ control: "concurrency", limit: "2" })).toMatch(/`limit` must be .*, got "2"\.$/);
    expect(await refusal({ control: "concurrency", limit: 2, period: "1m" })).toMatch(/`period` is nothing that a/);
    expect(await refusal({ control: "throttle", limit: 0, period: "1m" })).toMatch(/`throttle.limit` must be/);
    expect(await refusal({ control: "throttle", limit: 1, period: "1ms" })).toMatch(/`throttle.period` must be/);
    expect(await refusal({ control: "throttle", limit: 1 })).toMatch(/`throttle.period` must be/);
    expect(await refusal({ control: "throttle", limit: 1, period: "1m", key: "x" })).toMatch(/a throttle has none/);
    expect(await refusal({ control: "throttle", limit: 1, period: "1m", reason: " " })).toMatch(/`reason` must be/);
    expect(await refusal({ control: "throttle", limit: 1, function: "app-x" })).toMatch(/^unknown_function/);
    expect(await refusal({ control: "throttle", limit: 1, function: 7 })).toMatch(/`function` must be the id/);
  });

  it("of two concurrency limits must be named, and a third is one too many", async () => {
    await openWith({
      concurrency: [
        { limit: 2, key: "event.data.a" },
        { limit: 5, key: '"b"', scope: "env" },
      ],
    });
    expect(await refusal({ control: "concurrency", limit: 1 })).toMatch(
      /app-f has 2 limits of this kind: say which with `key`: "event.data.a" and "env:\\"b\\""\.$/,
    );
    expect(await refusal({ control: "concurrency", limit: 1, key: "" })).toMatch(/2 concurrency limits in its code/);
    expect(await refusal({ control: "concurrency", limit: 1, key: "event.data.z" })).toMatch(/Its keys are/);
    expect(await set({ control: "concurrency", limit: 9, key: 'env:"b"' })).toMatchObject({
      entry: 'env:"b"',
      limit: 9,
    });
  });

  it("of a throttle forgets what was started at another pace", async () => {
    await openWith({ throttle: { limit: 1, period: "1h", key: "event.data.user" } });
    for (let n = 0; n < 3; n++) await core.send("test/app-f", { user: "ana" });
    const ended = async () => (await core.store.listRuns({ statuses: ["Completed"], limit: 10 })).length;
    expect(await ended()).toBe(1);
    await set({ control: "throttle", limit: 2, period: "1h" });
    await core.idle();
    expect(await ended()).toBe(2);
    await core.advance(1_800_000);
    expect(await ended()).toBe(3);
  });

  it("keeps the period and burst that it had, and stays when its key leaves the code", async () => {
    await openWith({
      throttle: { limit: 1, period: "1m", burst: 3 },
      concurrency: [{ limit: 1, key: "event.data.a" }],
    });
    expect(await set({ control: "throttle", limit: 5 })).toMatchObject({ limit: 5, periodMs: 60_000, burst: 3 });
    expect(await set({ control: "throttle", limit: 6, period: "2m" })).toMatchObject({ periodMs: 120_000, burst: 3 });
    await set({ control: "concurrency", limit: 4, key: "event.data.a" });
    await core.engine.register(registration([functionConfig("app-f", { concurrency: [{ limit: 7 }] })]));
    expect(await core.engine.operations.limitOverrides()).toMatchObject([
      { control: "concurrency", entry: "event.data.a" },
      { control: "throttle", limit: 6 },
    ]);
    expect(await core.engine.operations.resetLimits({ function: "app-f", control: "concurrency" })).toHaveLength(1);
    expect(await core.engine.operations.resetLimits({ function: "app-f" })).toMatchObject([{ control: "throttle" }]);
    expect(await core.engine.operations.resetLimits({ function: "app-f" })).toEqual([]);
  });

  it("takes two functions apart that share a limit: each has its own number of it", async () => {
    core = await createCoreEngine({ scripts: { "app-f": () => result(1), "app-g": () => result(2) } });
    const shared = { concurrency: [{ limit: 0 }, { limit: 1, key: '"p"', scope: "env" }] };
    await core.engine.register(registration(["app-f", "app-g"].map((slug) => functionConfig(slug, shared))));
    await set({ control: "concurrency", limit: 3 });
    const limits = core.engine
      .functions()
      .map(({ slug, overrides = [] }) => [slug, overrides.map(({ limit }) => limit)]);
    expect(limits).toEqual([
      ["app-f", [3]],
      ["app-g", []],
    ]);
  });
});
