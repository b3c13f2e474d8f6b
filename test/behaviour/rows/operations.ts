/** Rows about operators: cancelling, running again, pausing, dead letters, retention, and why a run waits. */
import { expect } from "vitest";
import type { AppKit, Row } from "../row.ts";
import type { World } from "../world.ts";

const held =
  (id: string) =>
  ({ fn, world }: AppKit) =>
    fn(id, async (context) => {
      world.note(context.event.data.n);
      await world.holds.hold(context);
    });

const failing = ({ fn, world }: AppKit) =>
  fn({ id: "f", retries: 0 }, ({ event }) => {
    world.note(event.data.n);
    if (event.data.n < 10) throw new Error(`no ${event.data.n}`);
    return "fine";
  });

/** Three steps of which the second takes arguments; the last fails while `n` is small. */
const threeSteps = ({ fn, world }: AppKit) =>
  fn({ id: "f", retries: 0 }, async ({ step }) => {
    const a = await step.run("a", () => world.note("a", 1));
    const b = await step.run("b", (n: number) => world.note("b", n + 1), a);
    return step.run("c", () => world.note("c", [a, b]));
  });

const cancelling: Row[] = [
  {
    name: "a run is cancelled by hand: its call is aborted, and it cannot be cancelled twice",
    functions: held("f"),
    async check(world) {
      await world.send("test/f");
      const { run_id } = await world.run("f");
      await world.ask("POST", `/v2/runs/${run_id}/cancel`);
      expect(await world.statuses("f")).toEqual(["Cancelled"]);
      await world.ask("POST", `/v2/runs/${run_id}/cancel`, undefined, 409);
      await world.ask("DELETE", `/v1/runs/${run_id}`, undefined, 409);
    },
  },
  {
    name: "many runs are cancelled: of a function, of an app, of a time range, by an expression",
    functions(app) {
      held("f")(app);
      held("g")(app);
    },
    otherFunctions: held("h"),
    async check(world) {
      const cancel = (filter: object) => world.ask("POST", "/v2/cancellations", filter, 201);
      for (const n of [1, 2]) await world.send("test/f", { n });
      await world.advance("1h");
      for (const name of ["f", "g", "h"]) await world.send(`test/${name}`, { n: 3, plan: "free" });
      await world.send("test/g", { n: 4, plan: "paid" });
      await cancel({ functionId: "app-f", until: new Date(world.now() - 60_000).toISOString() });
      expect(await world.statuses("f")).toEqual(["Cancelled", "Cancelled", "Running"]);
      await cancel({ if: "event.data.plan == 'free' && event.name == 'test/g'" });
      expect(await world.statuses("g")).toEqual(["Cancelled", "Running"]);
      await world.ask("POST", "/v1/cancellations", { app_id: "app", function_id: "g" }, 201);
      expect(await world.statuses("g")).toEqual(["Cancelled", "Cancelled"]);
      const job = await cancel({ appId: "app", reason: "clean up" });
      expect(await world.statuses("f")).toEqual(["Cancelled", "Cancelled", "Cancelled"]);
      expect(await world.ask("GET", `/v2/cancellations/${job.id}`)).toMatchObject({ matched: 1, reason: "clean up" });
      expect((await world.ask("GET", "/v1/runs?function=other-h"))[0].status).toBe("Running");
    },
  },
];

async function rerun(world: World, fromStep?: object): Promise<unknown> {
  const [first] = await world.runs("f");
  await world.ask("POST", `/v2/runs/${first?.run_id}/rerun`, fromStep === undefined ? {} : { fromStep });
  const again = (await world.runs("f")).at(-1);
  expect(again).toMatchObject({ status: "Completed", original_run_id: first?.run_id });
  return again?.output;
}

const again: Row[] = [
  {
    name: "rerun: the whole run again, with its event",
    alsoWithoutCheckpoints: true,
    functions: threeSteps,
    async check(world) {
      await world.send("test/f");
      expect(await rerun(world)).toEqual([1, 2]);
      expect(world.log).toEqual(["a", "b", "c", "a", "b", "c"]);
    },
  },
  {
    name: "rerun from a step: what came before is remembered",
    alsoWithoutCheckpoints: true,
    functions: threeSteps,
    async check(world) {
      await world.send("test/f");
      expect(await rerun(world, { stepId: "b" })).toEqual([1, 2]);
      expect(world.log.slice(3)).toEqual(["b", "c"]);
    },
  },
  {
    name: "rerun from a step with its input edited",
    alsoWithoutCheckpoints: true,
    functions: threeSteps,
    async check(world) {
      await world.send("test/f");
      expect(await rerun(world, { stepId: "b", input: [41] })).toEqual([1, 42]);
      expect(world.log.slice(3)).toEqual(["b", "c"]);
    },
  },
  {
    name: "rerun from a step with its recorded output edited",
    alsoWithoutCheckpoints: true,
    functions: threeSteps,
    async check(world) {
      await world.send("test/f");
      expect(await rerun(world, { stepId: "b", output: 99 })).toEqual([1, 99]);
      expect(world.log.slice(3)).toEqual(["c"]);
      const { run_id } = (await world.runs("f"))[0] ?? {};
      await world.ask("POST", `/v2/runs/${run_id}/rerun`, { fromStep: { stepId: "nowhere" } }, 400);
    },
  },
  {
    name: "bulk rerun: all runs that a filter finds",
    functions: failing,
    async check(world) {
      for (const n of [1, 2, 11]) await world.send("test/f", { n });
      await world.ask("POST", "/v2/reruns", { functionId: "app-f", status: "FAILED", if: "event.data.n > 1" }, 201);
      expect(world.log).toEqual([1, 2, 11, 2]);
    },
  },
  {
    name: "dead letters: listed with error and event; retried, edited and retried, dropped, retried in bulk",
    functions: failing,
    async check(world) {
      for (const n of [1, 2, 3, 4, 5]) await world.send("test/f", { n });
      const letters = await world.ask("GET", "/v2/dead-letters?order=asc");
      expect(letters).toHaveLength(5);
      expect(letters[0]).toMatchObject({ error: { message: "no 1" }, event: { data: { n: 1 } }, isQuarantined: false });
      const ids = letters.map(({ runId }: { runId: string }) => runId);
      await world.ask("POST", `/v2/dead-letters/${ids[0]}/retry`, {});
      await world.ask("POST", `/v2/dead-letters/${ids[0]}/retry`, {}, 404);
      await world.ask("POST", `/v2/dead-letters/${ids[1]}/retry`, { data: { n: 12 } });
      await world.ask("DELETE", `/v2/dead-letters/${ids[2]}`);
      expect(world.log.slice(5)).toEqual([1, 12]);
      await world.ask("POST", "/v2/dead-letters/retry", { functionId: "app-f" }, 201);
      expect([...world.log.slice(7)].sort()).toEqual([1, 4, 5]);
      await world.ask("POST", "/v2/dead-letters/drop", {}, 201);
      expect(await world.ask("GET", "/v2/dead-letters")).toEqual([]);
    },
  },
];

const pause = (world: World, more: object) =>
  world.ask("POST", "/v2/pauses", { reason: "deploy", author: "ana", ...more }, 201);
const resume = (world: World, body: object) => world.ask("POST", "/v2/pauses/resume", body);

const pauses: Row[] = [
  {
    name: "pause a function: what comes is held, and goes on when it is resumed; others go on",
    functions({ fn, world }) {
      fn("f", ({ event }) => world.note(event.data.n));
      fn("g", ({ event }) => world.note(event.data.n), "test/f");
    },
    async check(world) {
      await pause(world, { scope: "function", target: "app-f" });
      await world.send("test/f", { n: 1 });
      expect(world.log).toEqual([1]);
      expect(await world.statuses("f")).toEqual(["Queued"]);
      expect(await world.ask("GET", "/v2/pauses")).toMatchObject([
        { target: "app-f", reason: "deploy", author: "ana" },
      ]);
      await resume(world, { scope: "function", target: "app-f" });
      expect(world.log).toEqual([1, 1]);
      await world.ask("POST", "/v2/pauses/resume", { scope: "function", target: "app-f" });
    },
  },
  {
    name: "pause an app, events skipped: runs that would have begun are skipped for good",
    functions: ({ fn, world }) => fn("f", ({ event }) => world.note(event.data.n)),
    otherFunctions: ({ fn, world }) => fn("g", () => world.note("other"), "test/f"),
    async check(world) {
      await pause(world, { scope: "app", target: "app", arriving: "skip" });
      await world.send("test/f", { n: 1 });
      await resume(world, { scope: "app", target: "app" });
      await world.send("test/f", { n: 2 });
      expect(world.log.filter((entry) => entry !== "other")).toEqual([2]);
      expect(world.count("other")).toBe(2);
      expect(await world.statuses("f")).toEqual(["Skipped", "Completed"]);
    },
  },
  {
    name: "pause everything: running calls finish, no other begins, sleeps that end are held",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async (context) => {
        await context.step.run("held", () => world.holds.hold(context));
        await context.step.run("then", () => world.note("then"));
        await context.step.sleep("nap", "1h");
        await context.step.run("end", () => world.note("end"));
      }),
    async check(world) {
      await world.send("test/f");
      await pause(world, { scope: "all" });
      world.holds.release();
      await world.advance("3h");
      expect(world.log).not.toContain("end");
      await resume(world, { scope: "all" });
      await world.advance("1h");
      expect(world.log).toEqual(["then", "end"]);
    },
  },
  {
    name: "pause everything and cancel what runs; a pause outlives the engine's restart",
    durable: true,
    functions: held("f"),
    async check(world) {
      await world.send("test/f", { n: 1 });
      await pause(world, { scope: "all", running: "cancel" });
      expect(await world.statuses("f")).toEqual(["Cancelled"]);
      await world.send("test/f", { n: 2 });
      await world.restart("1h");
      expect(world.log).toEqual([1]);
      await resume(world, { scope: "all" });
      expect(world.log).toEqual([1, 2]);
    },
  },
];

async function why(world: World, fn: string, index = 0): Promise<Record<string, unknown>[]> {
  const { run_id } = (await world.runs(fn))[index] ?? {};
  return (await world.ask("GET", `/v2/runs/${run_id}/why`)).waits;
}

const explanations: Row[] = [
  {
    name: "why: the engine says what each run waits for",
    functions(app) {
      const { fn, world } = app;
      fn({ id: "limited", concurrency: { limit: 1, key: "event.data.user" } }, (context) => world.holds.hold(context));
      fn({ id: "slow", throttle: { limit: 1, period: "1h" } }, () => null);
      fn("sleeper", ({ step }) => step.sleep("nap", "1h"));
      fn("waiter", ({ step }) => step.waitForEvent("wait", { event: "test/go", timeout: "1d" }));
      fn("later", () => {
        throw new Error("again");
      });
      fn("paused", () => null);
    },
    async check(world) {
      for (let n = 0; n < 2; n++) await world.send("test/limited", { user: "ana" });
      for (let n = 0; n < 4; n++) await world.send("test/slow");
      for (const name of ["sleeper", "waiter", "later"]) await world.send(`test/${name}`);
      await pause(world, { scope: "function", target: "app-paused" });
      await world.send("test/paused");
      const holder = (await world.runs("limited"))[0]?.run_id;
      expect(await why(world, "limited", 1)).toMatchObject([
        { kind: "concurrency", used: 1, limit: 1, runIds: [holder] },
      ]);
      expect(await why(world, "slow", 3)).toMatchObject([{ kind: "throttle" }]);
      expect(await why(world, "sleeper")).toMatchObject([
        { kind: "sleep", step: "nap", until: world.now() + 3_600_000 },
      ]);
      expect(await why(world, "waiter")).toMatchObject([{ kind: "event", event: "test/go" }]);
      expect(await why(world, "later")).toMatchObject([{ kind: "retry", attempt: 1, maxAttempts: 5 }]);
      expect(await why(world, "paused")).toMatchObject([{ kind: "paused", author: "ana", reason: "deploy" }]);
      expect(await why(world, "limited", 0)).toMatchObject([{ kind: "calling" }]);
    },
  },
  {
    name: "retention: runs and events that are old go, those that have not ended stay",
    engine: { retentionMs: 7 * 86_400_000 },
    functions({ fn }) {
      fn("f", () => "old");
      fn("g", ({ step }) => step.sleep("nap", "30d"));
    },
    async check(world) {
      const event = await world.send("test/f");
      await world.send("test/g");
      await world.advance("6d");
      expect(await world.runs("f")).toHaveLength(1);
      await world.advance("2d");
      expect(await world.runs("f")).toEqual([]);
      await world.ask("GET", `/v1/events/${event}`, undefined, 404);
      expect(await world.statuses("g")).toEqual(["Running"]);
      expect(await world.ask("GET", "/v2/storage")).toMatchObject({ runs: 1 });
    },
  },
];

export const operationRows: Row[] = [...cancelling, ...again, ...pauses, ...explanations];
