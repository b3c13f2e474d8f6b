import { afterEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createMortalApp, type MortalApp } from "../../../helpers/mortal-app.ts";
import { operations, result, type Script, stepPlanned, stepRun } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

const minutes = (count: number): number => count * 60_000;

async function engineWith(scripts: Record<string, Script>, workers: number, retries: Record<string, number>) {
  core = await createCoreEngine({ workers, scripts });
  const slugs = Object.keys(scripts);
  await core.engine.register(registration(slugs.map((slug) => functionConfig(slug, { retries: retries[slug] ?? 4 }))));
}

/** Sends all at once, the poisonous ones in between. */
async function sendMany(names: readonly string[]): Promise<string[]> {
  const body = names.map((name) => ({ name, data: {} }));
  const { ids } = await core.engine.ingest({ body, seed: null });
  await core.idle();
  return ids;
}

async function statuses(events: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    const { status } = await core.runOf(event);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

async function failedAttempts(events: readonly string[]): Promise<number> {
  let count = 0;
  for (const event of events) count += (await core.store.listAttempts((await core.runOf(event)).id)).length;
  return count;
}

async function expectQuarantined(event: string): Promise<void> {
  const run = await core.runOf(event);
  expect(JSON.parse(run.output ?? "")).toMatchObject({ name: "QuarantinedError" });
  expect(await core.store.listAttempts(run.id)).toHaveLength(3);
}

/** Innocents have no retries to lose. */
async function beside(app: MortalApp, innocents: number, poisons: number, workers: number) {
  await engineWith({ "app-good": app.works(), "app-bad": app.kills() }, workers, { "app-good": 0 });
  const names = Array.from({ length: innocents + poisons }, (_, i) =>
    i % 20 === 7 && i < poisons * 20 ? "test/app-bad" : "test/app-good",
  );
  const ids = await sendMany(names);
  await core.advance(minutes(5));
  const good = ids.filter((_, i) => names[i] === "test/app-good");
  const bad = ids.filter((_, i) => names[i] === "test/app-bad");
  expect(bad).toHaveLength(poisons);
  expect(await statuses(good)).toEqual({ Completed: good.length });
  expect(await failedAttempts(good)).toBe(0);
  for (const event of bad) await expectQuarantined(event);
}

describe("runs beside one that takes the app down", () => {
  it("all complete with their retries untouched, and the one is quarantined after three crashes alone", async () => {
    const app = createMortalApp();
    await beside(app, 40, 1, 100);
    expect(app.inFlightAtDeath).toEqual([41, 1, 1, 1]);
  });

  it("beside two of them", async () => {
    const app = createMortalApp();
    await beside(app, 40, 2, 100);
    expect(app.inFlightAtDeath.filter((count) => count === 1)).toHaveLength(6);
  });

  it("under load, with more of them than there are places", async () => {
    const app = createMortalApp();
    await beside(app, 500, 5, 50);
    expect(app.inFlightAtDeath.filter((count) => count === 1)).toHaveLength(15);
  });

  it("of a step in a parallel group", async () => {
    const app = createMortalApp();
    const kill = app.kills();
    const work = app.works();
    const names = ["a", "bad", "c"];
    const script: Script = async (call) => {
      if (call.stepId === "step") {
        const known = Object.keys(call.body.steps);
        return known.length >= 2 ? result("both") : operations(names.map((name) => stepPlanned(name)));
      }
      const answer = await (call.stepId === "bad" ? kill(call) : work(call));
      return answer.kind === "result" ? operations([stepRun(call.stepId, call.stepId)]) : answer;
    };
    await engineWith({ "app-f": script, "app-good": work }, 100, { "app-good": 0 });
    const [parallel = "", ...good] = await sendMany(["test/app-f", ...Array<string>(20).fill("test/app-good")]);
    await core.advance(minutes(5));
    expect(await statuses(good)).toEqual({ Completed: 20 });
    const run = await core.runOf(parallel);
    expect(JSON.parse(run.output ?? "")).toMatchObject({ name: "QuarantinedError" });
    const steps = await core.store.listSteps(run.id);
    expect(
      steps
        .filter(({ status }) => status === "Completed")
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["a", "c"]);
    expect((await core.store.listAttempts(run.id)).every(({ stepId }) => stepId === "bad")).toBe(true);
  });

  it("go on while a suspect takes long: others join it after ten seconds", async () => {
    const app = createMortalApp();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let calls = 0;
    const slow = app.works(() => held);
    const counted: Script = (call) => {
      calls += 1;
      return slow(call);
    };
    await engineWith({ "app-slow": counted, "app-good": app.works() }, 100, {
      "app-slow": 0,
    });
    const idle = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));
    const send = async (name: string): Promise<string> => {
      const { ids } = await core.engine.ingest({ body: { name, data: {} }, seed: null });
      for (let i = 0; i < 20; i++) await idle();
      return ids[0] ?? "";
    };
    const quiet = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) await idle();
    };
    const slowOnes = [await send("test/app-slow"), await send("test/app-slow")];
    expect(calls).toBe(2);
    app.die();
    await core.clock.advance(3_000, quiet);
    expect(calls).toBe(3);
    const good = await send("test/app-good");
    expect((await core.runOf(good)).status).toBe("Running");
    await core.clock.advance(10_000, quiet);
    expect((await core.runOf(good)).status).toBe("Completed");
    await core.clock.advance(60_000, quiet);
    expect(calls).toBe(4);
    release();
    await core.idle();
    expect(await statuses(slowOnes)).toEqual({ Completed: 2 });
    expect(await failedAttempts(slowOnes)).toBe(0);
  });

  it("says why a suspect waits, and forgets the suspicion when the app answers", async () => {
    const app = createMortalApp();
    await engineWith({ "app-bad": app.kills(), "app-good": app.works() }, 100, { "app-good": 0 });
    const [good = ""] = await sendMany(["test/app-good", "test/app-bad"]);
    const run = await core.runOf(good);
    expect((await core.store.listItems(run.id))[0]).toMatchObject({ attempt: 0, crashes: 0, suspicion: 1 });
    expect(await core.engine.operations.explain(run.id)).toMatchObject([
      {
        kind: "suspect",
        crashes: 1,
        sentence: expect.stringMatching(/went away in the middle of its call and of others/),
      },
    ]);
    expect(core.activities.filter(({ kind }) => kind === "attempt-failed")).toEqual([]);
    await core.advance(5_000);
    expect((await core.runOf(good)).status).toBe("Completed");
    expect(
      core.activities.filter((activity) => activity.kind === "run-started" && activity.runId === run.id),
    ).toHaveLength(1);
    expect(core.warnings.filter((warning) => /tried one at a time/.test(warning)).length).toBeLessThanOrEqual(1);
  });

  it("one at a time per place: an app elsewhere is not held up", async () => {
    const app = createMortalApp();
    const other = createMortalApp();
    core = await createCoreEngine({
      workers: 100,
      scripts: { "app-good": app.works(), "app-bad": app.kills(), "other-f": other.works() },
    });
    await core.engine.register(registration([functionConfig("app-good"), functionConfig("app-bad")]));
    const there = functionConfig("other-f");
    const url = "http://other.test/api?fnId=other-f&stepId=step";
    const step = { id: "step", name: "step", runtime: { type: "http", url } };
    await core.engine.register({
      ...registration([{ ...there, steps: { step } }], "other"),
      url: "http://other.test/api",
    });
    await sendMany(["test/app-good", "test/app-bad", "test/other-f"]);
    const before = other.calls;
    const event = await core.send("test/other-f");
    expect((await core.runOf(event)).status).toBe("Completed");
    expect(other.calls).toBe(before + 1);
  });
});
