/** What apps serve, known to two engines on one state. Each test is named for what it found. */
import { expect, it } from "vitest";
import { createLane } from "../../../../server/src/domain/queue/lane.ts";
import { startPut } from "../../../../server/src/domain/queue/queue-puts.ts";
import { makeRun } from "../../../conformance/store-records.ts";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result } from "../../../helpers/scripted-caller.ts";
import { openTwoEngines } from "../../../helpers/two-engines.ts";

const done = { "app-f": () => result("done") };

it("an event that B acknowledges starts the runs of an app that was synced at A", async () => {
  const { a, b, idle } = await openTwoEngines({ scripts: done });
  await a.engine.register(registration([functionConfig("app-f")]));
  const { ids } = await b.engine.ingest({ body: { name: "test/app-f", data: {} }, seed: null });
  await idle();
  expect(await a.output(ids[0] ?? "")).toBe("done");
});

it("an event that B acknowledges starts nothing of an app that was removed at A", async () => {
  const { a, b, idle } = await openTwoEngines({ scripts: done });
  await a.engine.register(registration([functionConfig("app-f")]));
  await b.engine.ingest({ body: { name: "test/other", data: {} }, seed: null });
  await a.engine.removeApp("http://app.test/api");
  const { ids } = await b.engine.ingest({ body: { name: "test/app-f", data: {} }, seed: null });
  await idle();
  expect(await a.store.listRunsOfEvent(ids[0] ?? "")).toEqual([]);
});

it("B works on an item of a function that was synced at A after B had last looked", async () => {
  const { a, b, advance } = await openTwoEngines({ scripts: done });
  await b.engine.ingest({ body: { name: "test/nothing", data: {} }, seed: null });
  await a.engine.register(registration([functionConfig("app-f")]));
  const { ids } = await a.engine.ingest({
    body: { name: "test/app-f", data: {}, ts: a.clock.now() + 1000 },
    seed: null,
  });
  await a.engine.stop(0);
  // Woken for something of its own, B finds what A has left.
  await b.engine.operations.createSchedule({ cron: "* * * * *", event: "test/tick" });
  await advance(61_000);
  expect(await b.output(ids[0] ?? "")).toBe("done");
  expect(b.caller.calls).toHaveLength(1);
});

it("an item whose function no engine knows is put back, and is done when its app is synced", async () => {
  const { a, b, idle, advance } = await openTwoEngines({ scripts: done });
  await a.engine.register(registration([functionConfig("app-f")]));
  const fn = a.engine.functions()[0];
  if (fn === undefined) throw new Error("nothing was synced");
  const real = a.store.listFunctions;
  // As if its sync were not written yet where the item is read.
  a.store.listFunctions = async () => [];
  await a.engine.removeApp("http://app.test/api");
  const run = makeRun("01M809V27AGMJPM80XTPDYF7N9", { functionId: fn.id, eventIds: [] });
  const item = startPut(run, fn, { dueAt: a.clock.now(), lane: createLane(fn.id) });
  await a.store.commit({ lease: null, starts: [{ run, item }] });
  await b.engine.stop(0);
  await b.engine.start();
  await advance(12_000);
  expect([...a.warnings, ...b.warnings].join()).toContain("No engine knows the function");
  expect(await a.store.listItems(run.id)).toHaveLength(1);
  a.store.listFunctions = real;
  await b.engine.register(registration([functionConfig("app-f")]));
  await advance(5_000);
  await idle();
  expect((await a.store.getRun(run.id))?.status).toBe("Completed");
});

it("B invokes a function that was synced at A, by its id and by a step", async () => {
  const invokes = ({ body }: { body: { steps: Record<string, unknown> } }) =>
    "i" in body.steps
      ? result("invoked")
      : operations([{ op: "InvokeFunction", id: "i", displayName: "i", opts: { function_id: "late-f", payload: {} } }]);
  const { a, b, idle } = await openTwoEngines({
    scripts: { ...done, "app-caller": invokes, "late-f": () => result(1) },
  });
  await a.engine.register(registration([functionConfig("app-caller")]));
  await b.engine.ingest({ body: { name: "test/nothing", data: {} }, seed: null });
  await a.engine.register(registration([functionConfig("late-f")], "late"));
  expect((await b.engine.invoke({ slug: "late-f", body: {} })).outcome).toBe("started");
  const { ids } = await b.engine.ingest({ body: { name: "test/app-caller", data: {} }, seed: null });
  await idle();
  expect(await a.output(ids[0] ?? "")).toBe("invoked");
});

it("two apps that are synced at the same time at two engines do not both get a function of one id", async () => {
  const { a, b } = await openTwoEngines();
  const one = a.engine.register(registration([functionConfig("app-f")], "one"));
  const two = b.engine.register(registration([functionConfig("app-f")], "two"));
  const outcomes = await Promise.allSettled([one, two]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

it("operators at B pause, schedule and repeat what was synced and run at A", async () => {
  const { a, b, idle } = await openTwoEngines({ scripts: done });
  await a.engine.register(registration([functionConfig("app-f")]));
  const run = await a.runOf(await a.send("test/app-f"));
  const { operations } = b.engine;
  const { runId } = await operations.rerun(run.id, {});
  await idle();
  expect(await b.store.getRun(runId)).toMatchObject({ status: "Completed", originalRunId: run.id });
  expect(await operations.createSchedule({ cron: "* * * * *", function: "app-f" })).toMatchObject({
    target: { kind: "function" },
  });
  expect(await operations.pause({ scope: "function", target: "app-f", reason: "r", author: "a" })).toMatchObject({
    scope: "function",
  });
});

it("a limit that is set at A holds at B from the next moment: what waits begins, and starts are dropped", async () => {
  const { a, b, idle } = await openTwoEngines({ scripts: { "app-f": () => result("done") } });
  const limited = functionConfig("app-f", { throttle: { limit: 1, period: "1d" } });
  await a.engine.register(registration([limited, functionConfig("app-g")]));
  const events = Array.from({ length: 4 }, (_, n) => ({ name: "test/app-f", data: { n } }));
  const { ids } = await b.engine.ingest({ body: events, seed: null });
  await idle();
  const ended = async () => (await a.store.listRuns({ statuses: ["Completed"], limit: 10 })).length;
  expect(await ended()).toBe(1);
  const who = { function: "app-f", reason: "catch up", author: "ana" };
  await a.engine.operations.setLimit({ ...who, control: "throttle", limit: 1000, period: "1s", burst: 10 });
  await idle();
  expect([ids.length, await ended()]).toEqual([4, 4]);
  await a.engine.operations.setLimit({ ...who, control: "rateLimit", limit: 1, period: "1h" });
  await b.engine.ingest({ body: events, seed: null });
  await idle();
  expect(await ended()).toBe(5);
  expect(b.engine.functions().find(({ slug }) => slug === "app-f")?.overrides).toHaveLength(2);
  // A sync of the app at B leaves them as they are; a reset there counts at A.
  await b.engine.register(registration([functionConfig("app-f"), functionConfig("app-g")]));
  await b.engine.ingest({ body: events, seed: null });
  await idle();
  expect(await ended()).toBe(5);
  expect(await b.engine.operations.resetLimits({ function: "app-f" })).toHaveLength(2);
  await a.engine.ingest({ body: events, seed: null });
  await idle();
  expect(await ended()).toBe(9);
});
