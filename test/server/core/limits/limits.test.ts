import { limits } from "stepwell/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { limitNames, resolveLimits } from "../../../../server/src/core/limits/limits.ts";
import { createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result, type Script, stepRun } from "../../../helpers/scripted-caller.ts";

describe("limits", () => {
  it("are the protocol's unless they are set, and wider for batches", () => {
    const resolved = resolveLimits({ stepsPerRun: 5 });
    const others: Record<string, number> = { stepsPerRun: 5, batchSizeMax: 1_000, batchTimeoutMaxMs: 3_600_000 };
    for (const name of limitNames) expect(resolved[name]).toBe(others[name] ?? limits[name]);
  });

  it.each([
    [{ steps: 1 }, 'no limit "steps"'],
    [{ stepsPerRun: 0 }, "from 1 to 10000"],
    [{ stepsPerRun: 10_001 }, "from 1 to 10000"],
    [{ sleepMaxMs: 1.5 }, "expected a whole number"],
    [{ eventSizeBytes: 2 ** 40 }, "from 1 to 1073741824"],
  ])("refuse %j", (given, why) => {
    expect(() => resolveLimits(given as Record<string, number>)).toThrow(why);
  });
});

async function engineWith(given: Record<string, number>, script: Script = () => result(1)) {
  const core = await createCoreEngine({ scripts: { fn: script }, more: { limits: given } });
  onTestFinished(() => core.stop());
  await core.engine.register(registration([functionConfig("fn", { retries: 0 })]));
  return core;
}

const hash = (index: number): string => String(index).padStart(40, "0");

describe("a limit that is set", () => {
  it("bounds events", async () => {
    const core = await engineWith({ eventSizeBytes: 100, eventsPerRequest: 2, eventNameLength: 10 });
    const send = (body: unknown) => core.engine.ingest({ body, seed: null });
    await expect(send({ name: "a", data: { x: "x".repeat(100) } })).rejects.toMatchObject({ code: "event_too_large" });
    await expect(send([{ name: "a" }, { name: "a" }, { name: "a" }])).rejects.toMatchObject({
      code: "too_many_events",
    });
    await expect(send({ name: "a".repeat(11) })).rejects.toMatchObject({
      message: expect.stringContaining("most is 10"),
    });
    await expect(send({ name: "" })).rejects.toMatchObject({ message: expect.stringContaining("1 to 10 characters") });
    await expect(send({ name: "a".repeat(10) })).resolves.toBeDefined();
  });

  it.each([
    ["stepsPerRun", 2, "InngestErrFunctionOverflowed", "at most 2 steps"],
    ["runStateBytes", 30, "InngestErrStateOverflowed", "the most is 30"],
    ["stepOutputBytes", 12, "output_too_large", "the most is 12"],
  ])("bounds a run: %s", async (name, value, error, message) => {
    const core = await engineWith({ [name]: value }, ({ body }) => {
      const done = Object.keys(body.steps).length;
      return operations([stepRun(hash(done), done < 2 ? 1 : "a longer text")]);
    });
    const run = await core.runOf(await core.send("test/fn"));
    expect(run.status).toBe("Failed");
    expect(JSON.parse(run.output ?? "")).toMatchObject({ name: error, message: expect.stringContaining(message) });
  });

  it("bounds sleeps", async () => {
    const core = await engineWith({ sleepMaxMs: 86_400_000 }, () =>
      operations([{ op: "Sleep", id: hash(1), displayName: "nap", name: "25h", opts: {} }]),
    );
    const run = await core.runOf(await core.send("test/fn"));
    expect(run.output).toContain("the longest sleep is 1 days");
  });

  it("bounds registrations", async () => {
    const core = await engineWith({ triggersPerFunction: 1, retriesMax: 2, triggerNameLength: 20 });
    const register = (options: object) =>
      core.engine.register(registration([functionConfig("fn", options as Record<string, unknown>)]));
    await expect(register({ triggers: [{ event: "a/a" }, { event: "a/b" }] })).rejects.toThrow("the most is 1");
    await expect(register({ retries: 3 })).rejects.toThrow("from 0 to 2");
    await expect(register({ triggers: [{ event: "a/".repeat(11) }] })).rejects.toThrow("1 to 20 characters");
    await expect(register({ triggers: [{ cron: "TZ=Europe/Berlin 0 6 * * *" }] })).rejects.toThrow("more than 20");
  });
});
