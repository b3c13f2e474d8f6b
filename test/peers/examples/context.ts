/** Examples of what a function is handed: context, logger, batches, idempotency, checkpointing. */
import { expect } from "vitest";
import type { Example } from "./example.ts";

export const contextExamples: Example[] = [
  {
    name: "the context's fields",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "context" });
      const look = fn(
        inngest,
        { id: "look", retries: 2 },
        { event: "context/look" },
        async ({ event, events, runId, attempt, maxAttempts, logger, step }) => {
          if (attempt === 0) throw new Error("again");
          await step.run("a", () => logger.info("in a step"));
          return {
            keys: Object.keys(event).sort(),
            event: { name: event.name, data: event.data, ts: typeof event.ts, id: event.id },
            events: events.length === 1 && events[0].id === event.id,
            runId,
            attempt,
            maxAttempts,
            logger: ["info", "warn", "error", "debug"].every((level) => typeof logger[level] === "function"),
          };
        },
      );
      return { client: inngest, functions: [look] };
    },
    async check({ send, finish }) {
      const ended = await finish(await send("context/look", { a: 1 }, { id: "look-1" }));
      expect(ended.status).toBe("Completed");
      expect(ended.output).toMatchObject({
        keys: ["data", "id", "name", "ts", "user"],
        event: { name: "context/look", data: { a: 1 }, ts: "number" },
        events: true,
        runId: ended.run_id,
        maxAttempts: 3,
        logger: true,
      });
    },
  },
  {
    name: "the logger writes a line once, however often the function is replayed",
    app({ sdk: { Inngest }, fn, note }) {
      const write =
        (level: string) =>
        (...args: unknown[]): void =>
          void (args.includes("the user's") && note(`${level}: ${args.join(" ")}`));
      const logger = { info: write("info"), warn: write("warn"), error: write("error"), debug: write("debug") };
      const inngest = new Inngest({ id: "logs", logger });
      const work = fn(inngest, { id: "work" }, { event: "logs/work" }, async ({ step, logger }) => {
        logger.info("the user's", "start");
        await step.run("first", () => logger.warn("the user's", "first"));
        logger.info("the user's", "between");
        await step.sleep("wait", "1m");
        await step.run("second", () => logger.error("the user's", "second"));
        logger.debug("the user's", "end");
      });
      return { client: inngest, functions: [work] };
    },
    async check({ run, notes }) {
      expect(await run("logs/work")).toMatchObject({ status: "Completed" });
      expect(notes).toEqual([
        "info: the user's start",
        "warn: the user's first",
        "info: the user's between",
        "error: the user's second",
        "debug: the user's end",
      ]);
    },
  },
  {
    name: "events in a batch",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "batches" });
      const record = fn(
        inngest,
        { id: "record", batchEvents: { maxSize: 3, timeout: "30s", key: "event.data.user" } },
        { event: "batches/call" },
        async ({ events, event, step }) => {
          const sum: number = await step.run("sum", () =>
            events.reduce((total: number, { data }: { data: { n: number } }) => total + data.n, 0),
          );
          return { sum, first: event.data.n };
        },
      );
      return { client: inngest, functions: [record] };
    },
    async check({ send, ended, advance }) {
      for (const [user, n] of [
        ["ada", 1],
        ["bo", 10],
        ["ada", 2],
        ["ada", 4],
      ] as const) {
        await send("batches/call", { user, n });
      }
      const [full] = await ended("record");
      expect(full).toMatchObject({ status: "Completed", output: { sum: 7, first: 1 } });
      advance(31_000);
      expect((await ended("record", 2)).map(({ output }) => output)).toContainEqual({ sum: 10, first: 10 });
    },
  },
  {
    name: "debounce, singleton and idempotency",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "once" });
      const index = fn(
        inngest,
        { id: "index", debounce: { period: "1m", key: "event.data.page", timeout: "1h" } },
        { event: "once/edited" },
        ({ event }) => event.data.version,
      );
      const pay = fn(inngest, { id: "pay", idempotency: "event.data.cart" }, { event: "once/paid" }, ({ event }) =>
        note(event.data.cart),
      );
      const sync = fn(
        inngest,
        { id: "sync", singleton: { key: "event.data.user", mode: "skip" } },
        { event: "once/sync" },
        async ({ step }) => {
          await step.sleep("work", "10m");
          return "synced";
        },
      );
      return { client: inngest, functions: [index, pay, sync] };
    },
    async check({ send, ended, advance, api, finish, waitsIn, notes }) {
      for (const version of [1, 2, 3]) await send("once/edited", { page: "home", version });
      advance(61_000);
      expect(await ended("index")).toMatchObject([{ output: 3 }]);
      await send("once/paid", { cart: "c1" });
      const again = await send("once/paid", { cart: "c1" });
      await send("once/paid", { cart: "c2" });
      await ended("pay", 2);
      expect(notes.sort()).toEqual(["c1", "c2"]);
      expect(await api.runsOfEvent(again)).toEqual([]);
      const first = await send("once/sync", { user: "u" });
      await waitsIn(first, "work");
      const second = await send("once/sync", { user: "u" });
      expect(await finish(first)).toMatchObject({ output: "synced" });
      expect((await api.runsOfEvent(second)).filter(({ status }) => status === "Completed")).toEqual([]);
    },
  },
  {
    name: "checkpointing switched for one function, either way",
    styles: ["v4"],
    app({ sdk: { Inngest }, note }) {
      const inngest = new Inngest({ id: "switched" });
      const on = { bufferedSteps: 2, maxInterval: "1s", maxRuntime: "5s" } as const;
      const make = (id: string, checkpointing: boolean | typeof on) =>
        inngest.createFunction({ id, checkpointing, triggers: { event: `switched/${id}` } }, async ({ step }) => {
          note(`${id} called`);
          for (let i = 0; i < 4; i++) await step.run("step", () => note(id));
          return "done";
        });
      return { client: inngest, functions: [make("off", false), make("on", true), make("buffered", on)] };
    },
    async check({ run, steps, count }) {
      for (const [id, calls] of [
        ["off", 5],
        ["on", 1],
        ["buffered", 1],
      ] as const) {
        const ended = await run(`switched/${id}`);
        expect(ended).toMatchObject({ status: "Completed", output: "done" });
        expect(await steps(ended)).toHaveLength(4);
        expect([count(id), count(`${id} called`)]).toEqual([4, calls]);
      }
    },
  },
];
