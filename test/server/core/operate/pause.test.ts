import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result, type Script, stepRun } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
let letEnd: () => void = () => undefined;
afterEach(() => core.stop());

const who = { reason: "deploy", author: "ana" };
const slow: Script = async ({ body, signal }) => {
  await new Promise<void>((resolve, reject) => {
    letEnd = resolve;
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  return "a" in body.steps ? result(1) : operations([stepRun("a", 1)]);
};

beforeEach(async () => {
  core = await createCoreEngine({ scripts: { "app-f": () => result(1), "app-g": () => result(2), "app-slow": slow } });
  const functions = ["app-f", "app-g", "app-slow"].map((slug) => functionConfig(slug));
  await core.engine.register(registration(functions));
});

const ticks = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

async function sendSlow(): Promise<string> {
  const { ids } = await core.engine.ingest({ body: { name: "test/app-slow" }, seed: null });
  await ticks();
  return ids[0] ?? "";
}

const pause = (body: unknown) => core.engine.operations.pause(body);
const resume = (body: unknown) => core.engine.operations.resume(body);

describe("a function that is exempt from the pauses of others", () => {
  const status = async (id: string) => (await core.runOf(id)).status;
  beforeEach(async () => {
    const exempt = functionConfig("app-g", { exemptFromPauses: true });
    await core.engine.register(registration([functionConfig("app-f"), exempt, functionConfig("app-slow")]));
  });

  it.each([{ scope: "all" }, { scope: "app", target: "app" }])("runs on while %o is paused", async (what) => {
    await pause({ ...what, ...who, running: "cancel" });
    const [held, free] = [await core.send("test/app-f"), await core.send("test/app-g")];
    expect([await status(held), await status(free)]).toEqual(["Queued", "Completed"]);
    await pause({ ...what, ...who, arriving: "skip" });
    expect(await status(await core.send("test/app-g"))).toBe("Completed");
  });

  it("is held by a pause of its own", async () => {
    await pause({ scope: "all", ...who });
    await pause({ scope: "function", target: "app-g", ...who });
    const held = await core.send("test/app-g");
    expect(await status(held)).toBe("Queued");
    expect((await core.engine.operations.explain((await core.runOf(held)).id))[0]).toMatchObject({ scope: "function" });
  });

  it("keeps its runs when a pause of everything cancels what has begun", async () => {
    const slowExempt = functionConfig("app-slow", { exemptFromPauses: true });
    await core.engine.register(registration([functionConfig("app-f"), slowExempt]));
    const id = await sendSlow();
    await pause({ scope: "all", ...who, running: "cancel" });
    await ticks();
    expect(await status(id)).toBe("Running");
    letEnd();
    await ticks();
    letEnd();
    await core.idle();
    expect(await status(id)).toBe("Completed");
  });
});

describe("a pause", () => {
  it.each([
    [{ scope: "function", target: "app-f" }, ["Queued", "Completed"]],
    [{ scope: "app", target: "app" }, ["Queued", "Queued"]],
    [{ scope: "all" }, ["Queued", "Queued"]],
  ])("of %o holds what arrives until it is resumed", async (what, expected) => {
    await pause({ ...what, ...who });
    const events = [await core.send("test/app-f"), await core.send("test/app-g")];
    const statuses = () => Promise.all(events.map(async (id) => (await core.runOf(id)).status));
    expect(await statuses()).toEqual(expected);
    expect(await core.engine.operations.pauses()).toMatchObject([{ scope: what.scope, ...who, arriving: "hold" }]);
    await resume(what);
    await core.idle();
    expect(await statuses()).toEqual(["Completed", "Completed"]);
    expect(await core.engine.operations.pauses()).toEqual([]);
  });

  it("that skips records what arrives as skipped, and says by whom", async () => {
    await pause({ scope: "all", ...who, arriving: "skip" });
    const run = await core.runOf(await core.send("test/app-f"));
    expect(run).toMatchObject({ status: "Skipped", reason: expect.stringContaining("ana: deploy") });
  });

  it("lets calls that are under way end, and starts no other", async () => {
    const event = await sendSlow();
    await pause({ scope: "all", ...who });
    letEnd();
    await core.idle();
    expect(core.caller.calls).toHaveLength(1);
    expect((await core.runOf(event)).stepCount).toBe(1);
    await resume({ scope: "all" });
    await ticks();
    letEnd();
    await core.idle();
    expect((await core.runOf(event)).status).toBe("Completed");
  });

  it("cancels runs that have begun when that is asked for, and holds the others", async () => {
    const begun = await sendSlow();
    await pause({ scope: "app", target: "app", ...who, running: "cancel" });
    const waiting = await core.send("test/app-f");
    await core.idle();
    expect(await core.runOf(begun)).toMatchObject({ status: "Cancelled", reason: "paused by ana: deploy" });
    expect((await core.runOf(waiting)).status).toBe("Queued");
  });

  it("holds retries and steps that wake", async () => {
    const event = await core.send("test/app-f", {}, { ts: core.clock.now() + 1_000 });
    await pause({ scope: "function", target: "app-f", ...who });
    await core.advance(5_000);
    expect((await core.runOf(event)).status).toBe("Queued");
    await resume({ scope: "function", target: "app-f" });
    await core.idle();
    expect((await core.runOf(event)).status).toBe("Completed");
  });

  it.each([
    [[], /such as/],
    [{ ...who }, /`scope` must be/],
    [{ scope: "team", ...who }, /`scope` must be/],
    [{ scope: "all", target: "app", ...who }, /no `target`/],
    [{ scope: "app", ...who }, /`target` must be/],
    [{ scope: "all", author: "ana" }, /`reason` must be/],
    [{ scope: "all", reason: "x", author: " " }, /`author` must be/],
    [{ scope: "all", reason: "x".repeat(501), author: "a" }, /`reason` must be/],
    [{ scope: "all", ...who, arriving: "drop" }, /`arriving` must be/],
    [{ scope: "all", ...who, running: "kill" }, /`running` must be/],
  ])("refuses %o", async (body, message) => {
    await expect(pause(body)).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(message),
    });
    expect(await core.engine.operations.pauses()).toEqual([]);
  });

  it("of what is not there is refused; the end of a pause that is not there changes nothing", async () => {
    await expect(pause({ scope: "app", target: "no", ...who })).rejects.toMatchObject({ code: "app_not_found" });
    await expect(pause({ scope: "function", target: "no", ...who })).rejects.toMatchObject({
      code: "unknown_function",
    });
    expect(await resume({ scope: "all" })).toBe(false);
    expect(await resume({ scope: "function", target: "app-f" })).toBe(false);
    await expect(resume({ scope: "function", target: "no" })).rejects.toMatchObject({ code: "unknown_function" });
  });
});

describe("crons while their function is paused", () => {
  const hours = 3_600_000;

  async function openWithCron(): Promise<void> {
    await core.stop();
    core = await createCoreEngine({ scripts: { "app-cron": () => result(1) } });
    const cron = { ...functionConfig("app-cron"), triggers: [{ cron: "0 * * * *" }] };
    await core.engine.register(registration([cron]));
    await core.advance(1.5 * hours);
    expect(core.caller.calls).toHaveLength(1);
  }

  const runs = async () => (await core.store.listRuns({ limit: 100 })).map(({ status }) => status).sort();

  it("come together to one run when it is resumed, if the pause holds", async () => {
    await openWithCron();
    await pause({ scope: "app", target: "app", ...who });
    await core.advance(5 * hours);
    expect(await runs()).toEqual(["Completed"]);
    await resume({ scope: "app", target: "app" });
    await core.idle();
    expect(await runs()).toEqual(["Completed", "Completed"]);
    await core.advance(1 * hours);
    expect(await runs()).toEqual(["Completed", "Completed", "Completed"]);
  });

  it("are recorded as skipped, if the pause skips", async () => {
    await openWithCron();
    await pause({ scope: "all", ...who, arriving: "skip" });
    await core.advance(3 * hours);
    expect(await runs()).toEqual(["Completed", "Skipped", "Skipped", "Skipped"]);
    await resume({ scope: "all" });
    await core.advance(1 * hours);
    expect(await runs()).toEqual(["Completed", "Completed", "Skipped", "Skipped", "Skipped"]);
  });

  it("go from being held to being skipped when the pause is replaced", async () => {
    await openWithCron();
    await pause({ scope: "all", ...who });
    await core.advance(2 * hours);
    await pause({ scope: "all", ...who, arriving: "skip" });
    await core.idle();
    expect(await runs()).toEqual(["Completed", "Skipped"]);
  });
});
