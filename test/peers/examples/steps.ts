/** Examples of steps: run, loops, parallel, race, fan-out, sleeps. */
import { expect } from "vitest";
import type { Example } from "./example.ts";

const page = { 1: ["ada", "bo"], 2: ["cy"], 3: [] as string[] } as const;

export const stepExamples: Example[] = [
  {
    name: "steps one after another, each with what the one before gave",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "signup" });
      const activate = fn(inngest, { id: "activate" }, { event: "app/user.created" }, async ({ event, step }) => {
        const user = await step.run("load user", () => {
          note("load user");
          return { id: event.data.id, email: `${event.data.id}@example.com`, at: new Date(0), gone: undefined };
        });
        const mail = await step.run({ id: "send-mail", name: "Send welcome mail" }, async () => {
          note("send mail");
          return { to: user.email, sent: true };
        });
        const nothing = await step.run("returns nothing", () => undefined);
        return { user, mail, nothing };
      });
      return { client: inngest, functions: [activate] };
    },
    async check({ run, steps, notes }) {
      const ended = await run("app/user.created", { id: "u1" });
      expect(ended).toMatchObject({
        status: "Completed",
        output: {
          user: { id: "u1", email: "u1@example.com", at: "1970-01-01T00:00:00.000Z" },
          mail: { to: "u1@example.com", sent: true },
          nothing: null,
        },
      });
      expect(notes).toEqual(["load user", "send mail"]);
      expect((await steps(ended)).map(({ name }) => name)).toEqual([
        "load user",
        "Send welcome mail",
        "returns nothing",
      ]);
    },
  },
  {
    name: "a step's function with arguments",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "arguments" });
      const add = (left: number, right: number): number => left + right;
      const sum = fn(inngest, { id: "sum" }, { event: "math/sum" }, ({ event, step }) =>
        step.run("add", add, event.data.left, event.data.right),
      );
      return { client: inngest, functions: [sum] };
    },
    async check({ run }) {
      expect(await run("math/sum", { left: 2, right: 40 })).toMatchObject({ status: "Completed", output: 42 });
    },
  },
  {
    name: "a loop over pages, with the same step id each time",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "pages" });
      const importAll = fn(inngest, { id: "import" }, { event: "shop/import" }, async ({ step }) => {
        const products: string[] = [];
        for (let cursor = 1; ; cursor++) {
          const found: string[] = await step.run("fetch page", () => {
            note("fetch page");
            return page[cursor as 1];
          });
          if (found.length === 0) break;
          products.push(...found);
          if (cursor === 1) await step.sleep("be kind", "30s");
        }
        return products;
      });
      return { client: inngest, functions: [importAll] };
    },
    async check({ run, count }) {
      expect(await run("shop/import")).toMatchObject({ status: "Completed", output: ["ada", "bo", "cy"] });
      expect(count("fetch page")).toBe(3);
    },
  },
  {
    name: "steps in parallel, mapped over a list and joined",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "chunks" });
      const total = fn(inngest, { id: "total" }, { event: "chunks/total" }, async ({ event, step }) => {
        const chunks: number[] = event.data.chunks;
        const sizes = await Promise.all(
          chunks.map((chunk) =>
            step.run(`size-${chunk}`, () => {
              note("size");
              return chunk * 10;
            }),
          ),
        );
        const [left, right] = await Promise.all([
          (async () => {
            const first = await step.run("left 1", () => 1);
            return step.run("left 2", () => first + 1);
          })(),
          step.run("right", () => 5),
        ]);
        return step.run("join", () => sizes.reduce((sum, size) => sum + size, left + right));
      });
      return { client: inngest, functions: [total] };
    },
    async check({ run, count }) {
      expect(await run("chunks/total", { chunks: [1, 2, 3] })).toMatchObject({ status: "Completed", output: 67 });
      expect(count("size")).toBe(3);
    },
  },
  {
    name: "a race that a sleep wins or loses",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "race" });
      const race = fn(inngest, { id: "race" }, { event: "race/start" }, async ({ step }) => {
        const winner = await Promise.race([
          step.sleep("too late", "1h").then(() => "timeout"),
          step.run("answer", () => "answer"),
        ]);
        return step.run("report", () => `${winner} came first`);
      });
      return { client: inngest, functions: [race] };
    },
    async check({ run }) {
      expect(await run("race/start")).toMatchObject({ status: "Completed", output: "answer came first" });
    },
  },
  {
    name: "group.parallel, in race mode",
    styles: ["v4"],
    wireDiffers: "ours ends a run when its function has returned; theirs carries on with what lost the race",
    app({ sdk: { Inngest }, note }) {
      const inngest = new Inngest({ id: "group" });
      const first = inngest.createFunction(
        { id: "first", triggers: { event: "group/race" } },
        async ({ step, group }) => {
          const winner = await group.parallel({ mode: "race" }, () =>
            Promise.race([
              step.run("a", () => {
                note("a");
                return "a";
              }),
              step.run("b", async () => {
                await new Promise((resolve) => setTimeout(resolve, 200));
                return "b";
              }),
            ]),
          );
          const both = await group.parallel(() => Promise.all([step.run("c", () => 1), step.run("d", () => 2)]));
          return { winner, both };
        },
      );
      return { client: inngest, functions: [first] };
    },
    async check({ run, count }) {
      const ended = await run("group/race");
      expect(ended).toMatchObject({ status: "Completed", output: { winner: "a", both: [1, 2] } });
      expect(count("a")).toBe(1);
    },
  },
  {
    name: "the step that is imported, not handed over",
    app({ sdk: { Inngest, step }, fn }) {
      const inngest = new Inngest({ id: "imported" });
      const double = (n: number): Promise<number> => step.run("double", () => n * 2);
      const work = fn(inngest, { id: "work" }, { event: "imported/work" }, async ({ event }) => {
        const doubled = await double(event.data.n);
        await step.sleep("rest", 60_000);
        return doubled;
      });
      return { client: inngest, functions: [work] };
    },
    async check({ run }) {
      expect(await run("imported/work", { n: 4 })).toMatchObject({ status: "Completed", output: 8 });
    },
  },
  {
    name: "fan-out: one event starts several functions",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "fan-out" });
      const on = { event: "fan/user.signup" };
      const welcome = fn(inngest, { id: "welcome" }, on, ({ event, step }) =>
        step.run("mail", () => note(`mail ${event.data.email}`)),
      );
      const trial = fn(inngest, { id: "trial" }, on, ({ step }) => step.run("start", () => note("trial")));
      const wild = fn(inngest, { id: "wild" }, { event: "fan/*" }, ({ event }) => event.name);
      const either = fn(inngest, { id: "either" }, [{ event: "fan/other" }, on], ({ event }) => event.name);
      return { client: inngest, functions: [welcome, trial, wild, either] };
    },
    async check({ send, api, notes }) {
      const runs = await api.endedRuns(await send("fan/user.signup", { email: "a@b.c" }), 4);
      expect(runs.map(({ function_slug, output }) => [function_slug, output]).sort()).toEqual([
        ["fan-out-either", "fan/user.signup"],
        ["fan-out-trial", 1],
        ["fan-out-welcome", 1],
        ["fan-out-wild", "fan/user.signup"],
      ]);
      expect([...notes].sort()).toEqual(["mail a@b.c", "trial"]);
    },
  },
  {
    name: "fan-out: a function sends an event for each of many",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "digest" });
      const load = fn(inngest, { id: "load" }, { event: "digest/weekly" }, async ({ step }) => {
        const users: string[] = await step.run("load users", () => ["u1", "u2", "u3"]);
        const events = users.map((id) => ({ name: "digest/send", data: { id } }));
        const many = await step.sendEvent("fan out", events);
        const one = await step.sendEvent({ id: "tell", name: "Tell" }, { name: "digest/sent", data: {} });
        return { many: many.ids.length, one: one.ids.length };
      });
      const mail = fn(inngest, { id: "mail" }, { event: "digest/send" }, ({ event }) => note(event.data.id));
      return { client: inngest, functions: [load, mail] };
    },
    async check({ run, ended, notes }) {
      expect(await run("digest/weekly")).toMatchObject({ status: "Completed", output: { many: 3, one: 1 } });
      await ended("mail", 3);
      expect([...notes].sort()).toEqual(["u1", "u2", "u3"]);
    },
  },
  {
    name: "sleep and sleepUntil in every form",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "sleeper" });
      const nap = fn(inngest, { id: "nap" }, { event: "sleeper/nap" }, async ({ event, step }) => {
        await step.sleep("text", "2 hours");
        await step.sleep({ id: "number", name: "Nap" }, 90_000);
        await step.sleepUntil("date", new Date(event.data.until));
        await step.sleepUntil("iso text", event.data.until);
        return "awake";
      });
      return { client: inngest, functions: [nap] };
    },
    async check({ run, now, steps }) {
      const until = new Date(now() + 5 * 3_600_000).toISOString();
      const ended = await run("sleeper/nap", { until });
      expect(ended).toMatchObject({ status: "Completed", output: "awake" });
      expect(now()).toBeGreaterThanOrEqual(Date.parse(until));
      expect((await steps(ended)).map(({ name, op }) => [name, op])).toEqual(
        ["text", "Nap", "date", "iso text"].map((name) => [name, "Sleep"]),
      );
    },
  },
  {
    name: "a sleep between steps, and steps only on a condition",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "drip" });
      const drip = fn(inngest, { id: "drip" }, { event: "drip/start" }, async ({ event, step }) => {
        await step.run("first mail", () => note("first mail"));
        await step.sleep("wait 3 days", "3d");
        if (event.data.isActive) return "no second mail";
        await step.run("second mail", () => note("second mail"));
        return "second mail";
      });
      return { client: inngest, functions: [drip] };
    },
    async check({ run, now, notes }) {
      const before = now();
      expect(await run("drip/start", { isActive: true })).toMatchObject({ output: "no second mail" });
      expect(now() - before).toBeGreaterThanOrEqual(3 * 86_400_000);
      expect(await run("drip/start", { isActive: false })).toMatchObject({ output: "second mail" });
      expect(notes).toEqual(["first mail", "first mail", "second mail"]);
    },
  },
];
