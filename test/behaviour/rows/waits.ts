/** Rows about waits for events and signals. */
import { expect } from "vitest";
import type { Context, Row } from "../row.ts";

const waiting = (options: object) => (context: Context) =>
  context.step.waitForEvent("wait", { event: "test/go", ...options });

const events: Row[] = [
  {
    name: "waitForEvent: the event that matches comes back, others do not",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async (context) => world.note((await waiting({ timeout: "1d", match: "data.id" })(context)).data)),
    async check(world) {
      await world.send("test/f", { id: 1 });
      await world.send("test/go", { id: 2, which: "other" });
      await world.send("test/go", { which: "without" });
      expect(world.log).toEqual([]);
      await world.send("test/go", { id: 1, which: "mine" });
      expect(world.log).toEqual([{ id: 1, which: "mine" }]);
      await world.send("test/go", { id: 1, which: "late" });
      await world.advance("2d");
      expect(world.log).toHaveLength(1);
      expect(await world.statuses("f")).toEqual(["Completed"]);
    },
  },
  {
    name: "waitForEvent: null when nothing came in time, and what comes later changes nothing",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) => fn("f", async (context) => world.note(await waiting({ timeout: "1h" })(context))),
    async check(world) {
      await world.send("test/f");
      await world.advance("3599s");
      expect(world.log).toEqual([]);
      await world.advance("1s");
      expect(world.log).toEqual([null]);
      await world.send("test/go");
      expect(world.log).toEqual([null]);
    },
  },
  {
    name: "waitForEvent: `if` over both events, with strings, numbers, missing fields and functions",
    functions: ({ fn, world }) =>
      fn("f", async (context) => {
        const condition =
          "event.data.user == async.data.user && async.data.total > event.data.least && lowercase(async.data.kind) == 'paid' && async.data.missing == null";
        const { data } = await waiting({ timeout: "1d", if: condition })(context);
        world.note(data.n);
      }),
    async check(world) {
      await world.send("test/f", { user: "ana", least: 10 });
      await world.send("test/go", { n: 1, user: "bob", total: 11, kind: "PAID" });
      await world.send("test/go", { n: 2, user: "ana", total: 10, kind: "PAID" });
      await world.send("test/go", { n: 3, user: "ana", total: 11, kind: "free" });
      await world.send("test/go", { n: 4, user: "ana", total: 11 });
      await world.send("test/go", { n: 5, user: "ana", total: 10.5, kind: "Paid" });
      expect(world.log).toEqual([5]);
    },
  },
  {
    name: "one event ends the waits of many runs, and two waits of one run",
    functions({ fn, world }) {
      fn("f", async (context) => world.note((await waiting({ timeout: "1d" })(context)).data.n));
      fn("two", async ({ step }) => {
        const wait = (id: string) => step.waitForEvent(id, { event: "test/go", timeout: "1d" });
        const both = await Promise.all([wait("a"), wait("b")]);
        await step.run("note", () => world.note(both.map((event) => event.data.n).join()));
      });
    },
    async check(world) {
      await world.sendAll(Array.from({ length: 20 }, () => ({ name: "test/f", data: {} })));
      await world.send("test/two");
      await world.send("test/go", { n: 9 });
      expect(world.count(9)).toBe(20);
      expect(world.count("9,9")).toBe(1);
    },
  },
  {
    name: "an event that a step of the same run sends beside the wait is not missed",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async ({ step }) => {
        const [event] = await Promise.all([
          step.waitForEvent("wait", { event: "test/go", timeout: "1d" }),
          step.sendEvent("send", { name: "test/go", data: { from: "itself" } }),
        ]);
        await step.run("note", () => world.note(event?.data.from ?? null));
      }),
    async check(world) {
      await world.send("test/f");
      expect(world.log).toEqual(["itself"]);
    },
  },
  {
    name: "waitForEvent with a schema: what fits comes back, what does not fails the step once, and null is not checked",
    notIn: { inngest3: "has no event types with schemas" },
    functions: ({ fn, world, sdk }) => {
      const validate = (data: { id?: unknown }) =>
        typeof data.id === "number" ? { value: data } : { issues: [{ message: "the id is no number" }] };
      const schema = { "~standard": { version: 1, vendor: "test", validate } };
      const go = sdk.eventType("test/go", { schema });
      fn({ id: "f", retries: 3 }, async ({ step }) => {
        try {
          const came = await step.waitForEvent("wait", { event: go, timeout: "1h" });
          world.note(came === null ? null : came.data);
        } catch (error) {
          world.note(`${(error as Error).name}: ${(error as Error).message}`);
        }
      });
    },
    async check(world) {
      for (const data of [{ id: 7 }, { id: "seven" }]) {
        await world.send("test/f");
        await world.send("test/go", data);
        // What comes in the millisecond in which a wait is written may end it.
        await world.advance("1s");
      }
      await world.send("test/f");
      await world.advance("2h");
      expect(world.log).toEqual([
        { id: 7 },
        expect.stringMatching(/^EventValidationError: .*the id is no number/s),
        null,
      ]);
      expect(await world.statuses("f")).toEqual(["Completed", "Completed", "Completed"]);
    },
  },
  {
    name: "of an event and a timeout that come together one wins, and the function goes on once",
    functions: ({ fn, world }) =>
      fn("f", async (context) => {
        const event = await waiting({ timeout: "1h" })(context);
        await context.step.run("then", () => world.note(event === null ? "timeout" : "event"));
      }),
    async check(world) {
      await world.send("test/f");
      await Promise.all([world.advance("1h"), world.send("test/go")]);
      await world.idle();
      expect(world.log).toHaveLength(1);
      expect(await world.statuses("f")).toEqual(["Completed"]);
    },
  },
  {
    name: "a wait outlives the engine's restart, and so does its timeout",
    durable: true,
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async (context) => {
        const event = await waiting({ timeout: "2d", match: "data.id" })(context);
        world.note(event === null ? "timeout" : event.data.id);
      }),
    async check(world) {
      await world.send("test/f", { id: 1 });
      await world.send("test/f", { id: 2 });
      await world.restart("1d");
      await world.send("test/go", { id: 2 });
      expect(world.log).toEqual([2]);
      await world.restart("2d");
      expect(world.log).toEqual([2, "timeout"]);
    },
  },
];

const forSignal =
  (more: object = {}) =>
  (context: Context) =>
    context.step.waitForSignal("wait", {
      signal: context.event.data.signal,
      timeout: "1d",
      onConflict: "fail",
      ...more,
    });

const signals: Row[] = [
  {
    name: "waitForSignal: from the API, from a step of another run, and null in the end",
    alsoWithoutCheckpoints: true,
    functions({ fn, world }) {
      fn("f", async (context) => world.note(await forSignal()(context)));
      fn("sender", ({ step }) => step.sendSignal("send", { signal: "two", data: { by: "a step" } }));
    },
    async check(world) {
      for (const signal of ["one", "two", "three"]) await world.send("test/f", { signal });
      const { run_id } = await world.ask("POST", "/v1/signals", { signal: "one", data: { by: "hand" } });
      expect((await world.runs("f"))[0]?.run_id).toBe(run_id);
      await world.send("test/sender");
      expect(world.log).toEqual([
        { signal: "one", data: { by: "hand" } },
        { signal: "two", data: { by: "a step" } },
      ]);
      await world.advance("1d");
      expect(world.log[2]).toBeNull();
    },
  },
  {
    name: "a signal that nobody waits for is a 404, and is not kept",
    functions: ({ fn, world }) => fn("f", async (context) => world.note(await forSignal()(context))),
    async check(world) {
      await world.ask("POST", "/v1/signals", { signal: "one" }, 404);
      await world.send("test/f", { signal: "one" });
      expect(world.log).toEqual([]);
    },
  },
  {
    name: "a signal that two runs wait for: the second fails, or takes the first one's place",
    functions({ fn, world }) {
      fn("f", async (context) => world.note(await forSignal()(context)));
      fn("taker", async (context) => world.note(["taker", (await forSignal({ onConflict: "replace" })(context)).data]));
    },
    async check(world) {
      await world.send("test/f", { signal: "one" });
      await world.send("test/f", { signal: "one" });
      expect(await world.statuses("f")).toEqual(["Running", "Failed"]);
      expect((await world.runs("f"))[1]?.output.message).toMatch(/signal wait already exists for another run/);
      await world.send("test/taker", { signal: "one" });
      await world.ask("POST", "/v1/signals", { signal: "one", data: 1 });
      expect(world.log.at(-1)).toEqual(["taker", 1]);
    },
  },
];

export const waitRows: Row[] = [...events, ...signals];
