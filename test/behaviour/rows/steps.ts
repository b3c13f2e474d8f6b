/** Rows about steps: each opcode that an SDK sends, parallel steps, races. */
import { expect } from "vitest";
import type { Context, Row } from "../row.ts";

/** Version 3 has no race mode, and needs none: it is called after each step. */
const race = ({ group }: Context, steps: () => Promise<unknown>): Promise<unknown> =>
  group === undefined ? steps() : group.parallel({ mode: "race" }, steps);

const sequence: Row[] = [
  {
    name: "StepRun: steps run once each, in order, and their results come back",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async ({ event, step }) => {
        const a = await step.run("a", () => world.note("a", event.data.n + 1));
        const b = await step.run("b", () => world.note("b", { doubled: a * 2 }));
        const nothing = await step.run("nothing", () => undefined);
        return [a, b, nothing];
      }),
    async check(world) {
      await world.send("test/f", { n: 1 });
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: [2, { doubled: 4 }, null] });
      expect(world.log).toEqual(["a", "b"]);
      expect((await world.steps("f")).map(({ name, status }) => [name, status])).toEqual([
        ["a", "Completed"],
        ["b", "Completed"],
        ["nothing", "Completed"],
      ]);
    },
  },
  {
    name: "a step id repeated in a loop names different steps",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async ({ step }) => {
        const out: number[] = [];
        for (const n of [1, 2, 3]) out.push(await step.run("same", () => world.note(n, n)));
        return out;
      }),
    async check(world) {
      await world.send("test/f");
      expect((await world.run("f")).output).toEqual([1, 2, 3]);
      expect(world.log).toEqual([1, 2, 3]);
    },
  },
  {
    name: "a step's id may be empty",
    functions: ({ fn }) => fn("f", async ({ step }) => [await step.run("", () => 1), await step.run("", () => 2)]),
    async check(world) {
      await world.send("test/f");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: [1, 2] });
    },
  },
  {
    name: "a sleep of no time, or of less, is over at once",
    alsoWithoutCheckpoints: true,
    functions: ({ fn }) =>
      fn("f", async ({ step }) => {
        await step.sleep("none", 0);
        await step.sleep("less", -5000);
        return "awake";
      }),
    async check(world) {
      await world.send("test/f");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: "awake" });
    },
  },
  {
    name: "sleeps and waits last to the millisecond",
    alsoWithoutCheckpoints: true,
    notIn: { inngest3: "it cuts to whole seconds", inngest4: "it cuts to whole seconds" },
    functions: ({ fn, world }) =>
      fn("f", async ({ step }) => {
        await step.sleep("nap", 1500);
        world.note("slept");
        await step.waitForEvent("wait", { event: "test/never", timeout: "700ms" });
        world.note("waited");
        await step.waitForSignal("signal", { signal: "never", timeout: 250 });
        world.note("signal");
      }),
    async check(world) {
      await world.send("test/f");
      for (const [ms, note] of [
        [1500, "slept"],
        [700, "waited"],
        [250, "signal"],
      ] as const) {
        await world.advance(ms - 1);
        expect(world.count(note)).toBe(0);
        await world.advance(1);
        expect(world.count(note)).toBeGreaterThan(0);
      }
      expect(await world.statuses("f")).toEqual(["Completed"]);
    },
  },
  {
    name: "Sleep lasts as long as it says, sleepUntil until then, and the past is over at once",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async ({ event, step }) => {
        await step.sleepUntil("past", new Date("2020-01-01T00:00:00Z"));
        await step.run("before", () => world.note("before"));
        await step.sleep("nap", "90m");
        await step.run("between", () => world.note("between"));
        await step.sleepUntil("until", new Date(event.data.until));
        await step.run("after", () => world.note("after"));
      }),
    async check(world) {
      await world.send("test/f", { until: world.now() + 3 * 86_400_000 });
      await world.advance("89m");
      expect(world.log).toEqual(["before"]);
      await world.advance("1m");
      expect(world.log).toEqual(["before", "between"]);
      await world.advance("70h");
      expect(world.log).toHaveLength(2);
      await world.advance("30m");
      expect(world.log).toEqual(["before", "between", "after"]);
      expect(await world.statuses("f")).toEqual(["Completed"]);
    },
  },
  {
    name: "a step sends events: once, and each starts what it triggers",
    alsoWithoutCheckpoints: true,
    functions({ fn, world }) {
      fn("f", async ({ step }) => {
        const { ids } = await step.sendEvent(
          "fan-out",
          [1, 2, 3].map((n) => ({ name: "test/child", data: { n } })),
        );
        await step.sleep("nap", "1h");
        return ids.length;
      });
      fn("child", ({ event }) => world.note(event.data.n));
    },
    async check(world) {
      await world.send("test/f");
      await world.advance("1h");
      expect((await world.run("f")).output).toBe(3);
      expect([...world.log].sort()).toEqual([1, 2, 3]);
    },
  },
];

const large: Row[] = [
  {
    name: "a run that remembers more than a call may carry: the app fetches what it has to know",
    alsoWithoutCheckpoints: true,
    functions: ({ fn }) =>
      fn("f", async ({ step }) => {
        let sum = 0;
        for (let n = 0; n < 6; n++) sum += (await step.run(`s${n}`, () => "x".repeat(1024 * 1024))).length;
        await step.sleep("nap", "1h");
        return sum;
      }),
    async check(world) {
      await world.send("test/f");
      await world.advance("1h");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: 6 * 1024 * 1024 });
    },
  },
  {
    name: "a trigger with a wildcard, and several triggers of one function: one run for each event",
    functions: ({ fn, world }) =>
      fn("f", ({ event }) => world.note(event.name), [
        { event: "shop/*" },
        { event: "shop/order.placed" },
        { event: "test/go" },
      ]),
    async check(world) {
      for (const name of ["shop/order.placed", "shop/cart", "shop", "test/go"]) await world.send(name);
      expect(world.log).toEqual(["shop/order.placed", "shop/cart", "test/go"]);
    },
  },
];

const parallel: Row[] = [
  {
    name: "StepPlanned: parallel steps run once each, and the function goes on once when all have ended",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async ({ step }) => {
        const parts = await Promise.all([
          step.run("a", () => world.note("a", 1)),
          step.run("b", () => world.note("b", 2)),
          step.sleep("nap", "10m"),
          step.run("c", () => world.note("c", 3)),
        ]);
        return step.run("sum", () => world.note("sum", parts));
      }),
    async check(world) {
      await world.send("test/f");
      expect([...world.log].sort()).toEqual(["a", "b", "c"]);
      await world.advance("10m");
      expect(world.log.slice(3)).toEqual(["sum"]);
      expect((await world.run("f")).output).toEqual([1, 2, null, 3]);
    },
  },
  {
    name: "coalescing: fifty parallel steps are followed by one discovery, not by fifty",
    alsoWithoutCheckpoints: true,
    notIn: { inngest3: "its messages are of version 1, which is called after each step" },
    functions: ({ fn, world }) =>
      fn("f", async ({ step }) => {
        world.note("body");
        const steps = Array.from({ length: 50 }, (_, n) => step.run(`s${n}`, () => world.note("step", n)));
        const all = await Promise.all(steps);
        world.note("after");
        return all.length;
      }),
    async check(world) {
      await world.send("test/f");
      expect((await world.run("f")).output).toBe(50);
      expect(world.count("step")).toBe(50);
      expect(world.count("after")).toBe(1);
      expect(world.count("body")).toBe(52);
    },
  },
  {
    name: "a chain of steps in each branch of a parallel group goes its own way",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async ({ step }) => {
        const branch = async (name: string) => {
          const first = await step.run(`${name}1`, () => world.note(`${name}1`, 1));
          const second = await step.run(`${name}2`, () => world.note(`${name}2`, first + 1));
          return second;
        };
        return Promise.all([branch("a"), branch("b"), branch("c")]);
      }),
    async check(world) {
      await world.send("test/f");
      expect((await world.run("f")).output).toEqual([2, 2, 2]);
      expect([...world.log].sort()).toEqual(["a1", "a2", "b1", "b2", "c1", "c2"]);
    },
  },
  {
    name: "without race mode the winner of Promise.race is heard of when the others have ended too",
    notIn: { inngest3: "its messages are of version 1, which is called after each step" },
    functions: ({ fn, world }) =>
      fn("f", async (context) => {
        const { step } = context;
        const winner = await Promise.race([
          step.run("slow", () => world.holds.hold(context).then(() => "slow")),
          step.run("fast", () => "fast"),
        ]);
        await step.run("then", () => world.note(winner));
      }),
    async check(world) {
      await world.send("test/f");
      expect(world.log).toEqual([]);
      world.holds.release();
      await world.idle();
      expect(world.log).toEqual(["fast"]);
    },
  },
  {
    name: "race mode: the function goes on with the winner while the loser is still at work",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async (context) => {
        const { step } = context;
        const winner = await race(context, () =>
          Promise.race([
            step.run("slow", () => world.holds.hold(context).then(() => "slow")),
            step.run("fast", () => "fast"),
          ]),
        );
        await step.run("then", () => world.note(winner));
      }),
    async check(world) {
      await world.send("test/f");
      expect(world.log).toEqual(["fast"]);
      world.holds.release();
      await world.idle();
      expect(world.log).toEqual(["fast"]);
      expect(await world.statuses("f")).toEqual(["Completed"]);
    },
  },
  {
    name: "a race between a step's work and a sleep",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn("f", async (context) => {
        const { step } = context;
        const winner = await race(context, () =>
          Promise.race([
            step.run("work", () => world.holds.hold(context).then(() => "worked")),
            step.sleep("limit", "5m").then(() => "too slow"),
          ]),
        );
        await step.run("then", () => world.note(winner));
      }),
    async check(world) {
      await world.send("test/f");
      await world.advance("299s");
      expect(world.log).toEqual([]);
      await world.advance("1s");
      expect(world.log).toEqual(["too slow"]);
    },
  },
];

export const stepRows: Row[] = [...sequence, ...large, ...parallel];
