/** The table's cases, the same for every column. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../helpers/eventually.ts";
import type { Column } from "./columns.ts";
import { createWorld, type World } from "./world.ts";

/** The only run of a function that no test sends an event to, once it has ended. */
const endedRunOf = (world: World, slug: string) =>
  eventually(`the run of ${slug}`, async () => {
    const [run] = await world.api.runs(`?function=${slug}`);
    return run?.status === "Completed" || run?.status === "Failed" ? run : null;
  });

/** Defines the tests of one column. */
export function testTable(column: Column): void {
  describe(column.name, () => defineCases(column));
}

function defineCases(column: Column): void {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(column);
  });
  afterAll(() => world.close());

  test("hello world", async () => {
    const run = await world.run("table/hello", { who: "world" });
    expect(run).toMatchObject({ status: "Completed", function_slug: "table-hello", output: { hello: "world" } });
  });

  test("three steps run once each, in order", async () => {
    const callsBefore = world.callsToApp();
    const run = await world.run("table/three");
    expect(run).toMatchObject({ status: "Completed", output: [1, 2, 1] });
    expect(world.callsToApp() - callsBefore).toBe(column.callsForThreeSteps);
    expect(["a", "b", "c"].map((step) => world.calls.count(`three/${step}`))).toEqual([1, 1, 1]);
    const steps = await world.api.steps(run.run_id);
    expect(steps.map((step) => [step.name, step.status, step.output])).toEqual([
      ["a", "Completed", 1],
      ["b", "Completed", { n: 2 }],
      ["c", "Completed", [1, 2, 1]],
    ]);
  });

  test("a step id repeated in a loop names different steps", async () => {
    const run = await world.run("table/loop");
    expect(run).toMatchObject({ status: "Completed", output: [1, 2, 3] });
    expect(world.calls.count("loop")).toBe(3);
    expect(await world.api.steps(run.run_id)).toHaveLength(3);
  });

  test("sleep and sleepUntil last as long as they say", async () => {
    const before = world.clock.now();
    const until = before + 5 * 3_600_000;
    const run = await world.run("table/sleeps", { until });
    expect(run).toMatchObject({ status: "Completed", output: [1, 1] });
    expect(world.clock.now()).toBeGreaterThanOrEqual(until);
    expect(world.clock.now()).toBeLessThan(until + 60_000);
    const naps = (await world.api.steps(run.run_id)).filter((step) => step.op === "Sleep");
    expect(naps.map((step) => [step.name, step.status])).toEqual([
      ["nap", "Completed"],
      ["until", "Completed"],
    ]);
  });

  test("parallel steps run once each and meet", async () => {
    const run = await world.run("table/parallel");
    expect(run).toMatchObject({ status: "Completed", output: [1, 2, 1] });
    expect(["p1", "p2", "sum"].map((step) => world.calls.count(`parallel/${step}`))).toEqual([1, 1, 1]);
  });

  test("the faster step wins a race", async () => {
    const run = await world.run("table/race");
    expect(run).toMatchObject({ status: "Completed", output: "fast won" });
  });

  test("a step that fails twice is retried twice, with the backoff between", async () => {
    const before = world.clock.now();
    const run = await world.run("table/step-retry");
    expect(run).toMatchObject({ status: "Completed", output: "third time" });
    expect(world.calls.count("step-retry")).toBe(3);
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(45_000);
    const [step] = await world.api.steps(run.run_id);
    expect(step).toMatchObject({ name: "flaky", status: "Completed", attempts: 3 });
    expect(step?.failed_attempts).toMatchObject([
      { attempt: 0, error: { name: "TypeError", message: "flaky" } },
      { attempt: 1, error: { name: "TypeError", message: "flaky" } },
    ]);
  });

  test("a function that throws once is retried", async () => {
    const run = await world.run("table/fn-retry");
    expect(run).toMatchObject({ status: "Completed", output: { attempt: 1 } });
    expect(world.calls.count("fn-retry")).toBe(2);
  });

  test("a step that gave up is caught in the function, with name and message", async () => {
    const run = await world.run("table/caught");
    expect(run.status).toBe("Completed");
    expect(run.output).toMatchObject({ message: "always fails", after: 1 });
    expect((run.output as { name: string }).name).toMatch(/^(RangeError|StepError)$/);
    expect(world.calls.count("caught")).toBe(2);
    const [step] = await world.api.steps(run.run_id);
    expect(step).toMatchObject({ status: "Failed", error: { name: "RangeError", message: "always fails" } });
  });

  test("onFailure runs once, with the error and its own steps", async () => {
    const run = await world.run("table/fails");
    expect(run).toMatchObject({ status: "Failed", output: { name: "Error", message: "gives up" } });
    expect(world.calls.count("fails/first")).toBe(1);
    const failure = await endedRunOf(world, "table-fails-failure");
    expect(failure).toMatchObject({
      status: "Completed",
      output: { name: "Error", message: "gives up", of: "table-fails", cleaned: 1 },
    });
    expect(world.calls.count("fails/cleanup")).toBe(1);
  });

  test("a NonRetriableError from the function ends the run at once", async () => {
    const run = await world.run("table/non-retriable");
    expect(run).toMatchObject({ status: "Failed", output: { message: "never again" } });
    expect(world.calls.count("non-retriable")).toBe(1);
  });

  test("a NonRetriableError from a step ends the run at once", async () => {
    const run = await world.run("table/step-non-retriable");
    expect(run).toMatchObject({ status: "Failed", output: { message: "step never again" } });
    expect(world.calls.count("step-non-retriable")).toBe(1);
  });

  test("RetryAfterError says when", async () => {
    const before = world.clock.now();
    const run = await world.run("table/retry-after");
    expect(run).toMatchObject({ status: "Completed", output: "came back" });
    const waited = world.clock.now() - before;
    expect(waited).toBeGreaterThanOrEqual(3_500_000);
    expect(waited).toBeLessThan(3_700_000);
  });

  test("a step sends events, once, and they start runs", async () => {
    const run = await world.run("table/sends");
    expect(run.status).toBe("Completed");
    const { ids } = run.output as { ids: string[] };
    expect(ids).toHaveLength(2);
    const [hello] = await world.finish(ids[0]!);
    expect(hello).toMatchObject({ status: "Completed", output: { hello: "a step" } });
    expect(await world.api.runsOfEvent(ids[1]!)).toEqual([]);
  });

  test("an event filter lets through what it should", async () => {
    const send = (data: object) => world.client.send({ name: "table/filtered", data });
    const refused = await Promise.all([send({ total: 99, vip: true }), send({ total: 500 }), send({})]);
    const run = await world.run("table/filtered", { total: 101, vip: true });
    expect(run).toMatchObject({ status: "Completed", output: 1 });
    for (const { ids } of refused) expect(await world.api.runsOfEvent(ids[0]!)).toEqual([]);
    expect(world.calls.count("filtered")).toBe(1);
  });

  test("an event that the engine refuses is an error for its sender", async () => {
    await expect(world.client.send({ name: "inngest/function.failed", data: {} })).rejects.toThrow(/reserved|process/i);
  });

  test("a cron fires when its time comes, and not before", async () => {
    const now = world.clock.now();
    const years = [new Date(now).getUTCFullYear(), new Date(now).getUTCFullYear() + 1];
    const tick = years.map((year) => Date.UTC(year, 0, 1, 3, 30)).find((at) => at > now)!;
    world.clock.advance(tick - now - 60_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.calls.count("cron")).toBe(0);
    world.clock.advance(60_000);
    const run = await endedRunOf(world, "table-yearly");
    expect(run.output).toEqual({ name: "inngest/scheduled.timer", cron: "TZ=Europe/Berlin 30 4 1 1 *" });
    expect(world.calls.count("cron")).toBe(1);
  });
}
