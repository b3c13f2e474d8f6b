/** Examples of errors: retries, rollbacks, what is not retried, retry-after, onFailure. */
import { expect } from "vitest";
import type { Example } from "./example.ts";

export const errorExamples: Example[] = [
  {
    name: "a step that fails is retried by itself",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "retries" });
      const flaky = fn(inngest, { id: "flaky", retries: 5 }, { event: "retries/flaky" }, async ({ step }) => {
        await step.run("steady", () => note("steady"));
        return step.run("flaky", () => {
          if (note("flaky") < 3) throw new Error("not yet");
          return "third time";
        });
      });
      return { client: inngest, functions: [flaky] };
    },
    async check({ run, steps, count }) {
      const ended = await run("retries/flaky");
      expect(ended).toMatchObject({ status: "Completed", output: "third time" });
      expect([count("steady"), count("flaky")]).toEqual([1, 3]);
      expect((await steps(ended))[1]).toMatchObject({ attempts: 3, failed_attempts: [{ attempt: 0 }, { attempt: 1 }] });
    },
  },
  {
    name: "a step error that is caught, and a rollback",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "rollback" });
      const order = fn(inngest, { id: "order", retries: 1 }, { event: "rollback/order" }, async ({ step }) => {
        const id: string = await step.run("reserve", () => "r1");
        try {
          await step.run("charge", () => {
            note("charge");
            throw new TypeError("card refused", { cause: new Error("no funds") });
          });
        } catch (error) {
          const undone = await step.run("release", () => note(`release ${id}`));
          return { message: (error as Error).message, isError: error instanceof Error, undone };
        }
        return "charged";
      });
      const chained = fn(inngest, { id: "chained", retries: 0 }, { event: "rollback/chained" }, ({ step }) =>
        step
          .run("fails", () => {
            throw new Error("never mind");
          })
          .catch((error: Error) => step.run("falls back", () => `after ${error.message}`)),
      );
      return { client: inngest, functions: [order, chained] };
    },
    async check({ run, notes }) {
      expect(await run("rollback/order")).toMatchObject({
        status: "Completed",
        output: { message: "card refused", isError: true, undone: 1 },
      });
      expect(notes).toEqual(["charge", "charge", "release r1"]);
      expect(await run("rollback/chained")).toMatchObject({ status: "Completed", output: "after never mind" });
    },
  },
  {
    name: "Promise.allSettled over steps of which some fail",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "settled" });
      const all = fn(inngest, { id: "all", retries: 0 }, { event: "settled/all" }, async ({ step }) => {
        const results = await Promise.allSettled([
          step.run("good", () => "good"),
          step.run("bad", () => {
            throw new Error("bad");
          }),
        ]);
        return results.map((result) => (result.status === "fulfilled" ? result.value : result.reason.message));
      });
      return { client: inngest, functions: [all] };
    },
    async check({ run }) {
      expect(await run("settled/all")).toMatchObject({ status: "Completed", output: ["good", "bad"] });
    },
  },
  {
    name: "a step error that is not caught fails the run",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "uncaught" });
      const fails = fn(inngest, { id: "fails", retries: 2 }, { event: "uncaught/go" }, async ({ step }) => {
        await step.run("bad", () => {
          note("bad");
          throw new RangeError("out of range", { cause: new Error("deep") });
        });
      });
      return { client: inngest, functions: [fails] };
    },
    async check({ run, steps, count }) {
      const ended = await run("uncaught/go");
      expect(ended).toMatchObject({ status: "Failed", output: { message: "out of range" } });
      expect(count("bad")).toBe(3);
      expect((await steps(ended))[0]).toMatchObject({
        status: "Failed",
        error: { name: "RangeError", message: "out of range", cause: { name: "Error", message: "deep" } },
      });
    },
  },
  {
    name: "NonRetriableError, and an error class of one's own beside it",
    app({ sdk: { Inngest, NonRetriableError }, fn, note }) {
      const inngest = new Inngest({ id: "final" });
      class OutOfStock extends Error {
        override name = "OutOfStock";
      }
      const final = fn(inngest, { id: "final", retries: 5 }, { event: "final/go" }, async ({ event, step }) => {
        note("body");
        if (event.data.where === "body") throw new NonRetriableError("no such store", { cause: new Error("404") });
        await step.run("check", () => {
          note("check");
          throw event.data.where === "step" ? new NonRetriableError("no such product") : new OutOfStock("none left");
        });
      });
      return { client: inngest, functions: [final] };
    },
    async check({ run, count, steps, column }) {
      const inBody = await run("final/go", { where: "body" });
      expect(inBody).toMatchObject({
        status: "Failed",
        // Version 3 says Error.
        output: {
          name: expect.stringMatching(/^(NonRetriable)?Error$/),
          message: "no such store",
          cause: { message: "404" },
        },
      });
      expect(count("body")).toBe(1);
      expect(await run("final/go", { where: "step" })).toMatchObject({
        status: "Failed",
        output: { message: "no such product" },
      });
      expect(count("check")).toBe(1);
      const own = await run("final/go", { where: "own" });
      expect(own).toMatchObject({ status: "Failed", output: { message: "none left" } });
      const name = column.name === "inngest 3" ? "Error" : "OutOfStock";
      expect((await steps(own))[0]).toMatchObject({ error: { name } });
      expect(count("check")).toBe(7);
    },
  },
  {
    name: "RetryAfterError with a number, a text and a date",
    app({ sdk: { Inngest, RetryAfterError }, fn, note }) {
      const inngest = new Inngest({ id: "later" });
      const later = fn(inngest, { id: "later", retries: 3 }, { event: "later/go" }, async ({ event, step }) => {
        const when = [1_800_000, "2h" as const, new Date(event.data.date)];
        return step.run("call", () => {
          const times = note("call");
          const at = when[times - 1];
          if (at !== undefined) throw new RetryAfterError("slow down", at);
          return times;
        });
      });
      return { client: inngest, functions: [later] };
    },
    async check({ run, now, steps }) {
      const before = now();
      const date = before + 10 * 3_600_000;
      const ended = await run("later/go", { date: new Date(date).toISOString() });
      expect(ended).toMatchObject({ status: "Completed", output: 4 });
      expect(now()).toBeGreaterThanOrEqual(date);
      expect(now()).toBeLessThan(date + 120_000);
      expect((await steps(ended))[0]).toMatchObject({ attempts: 4 });
    },
  },
  {
    name: "onFailure, with steps of its own, the error and the event that started the run",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "failure" });
      const options = {
        id: "import",
        name: "Import",
        retries: 1,
        // biome-ignore lint/suspicious/noExplicitAny: the event of two SDK versions.
        onFailure: async ({ event, error, step, runId }: any) => {
          const told = await step.run("tell", () => note(`tell about ${error.message}`));
          return {
            told,
            name: event.name,
            of: event.data.function_id,
            original: event.data.event.data,
            isItself: event.data.run_id === runId,
            message: event.data.error.message,
          };
        },
      };
      const fails = fn(inngest, options, { event: "failure/import" }, async ({ step }) => {
        await step.run("first", () => note("first"));
        note("body");
        throw new Error("the file is broken");
      });
      const any = fn(inngest, { id: "watch" }, { event: "inngest/function.failed" }, ({ event }) =>
        event.data.function_id.startsWith("failure-") ? note("watched") : null,
      );
      return { client: inngest, functions: [fails, any] };
    },
    async check({ run, ended, notes, count }) {
      expect(await run("failure/import", { file: "a.csv" })).toMatchObject({
        status: "Failed",
        output: { name: "Error", message: "the file is broken" },
      });
      const [failure] = await ended("import-failure");
      expect(failure).toMatchObject({
        status: "Completed",
        output: {
          told: 1,
          name: "inngest/function.failed",
          of: "failure-import",
          original: { file: "a.csv" },
          isItself: false,
          message: "the file is broken",
        },
      });
      await ended("watch");
      expect(notes.filter((note) => note !== "watched")).toEqual([
        "first",
        "body",
        "body",
        "tell about the file is broken",
      ]);
      expect(count("watched")).toBe(1);
    },
  },
  {
    name: "what is thrown that is no error",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "odd" });
      const thrown: Record<string, unknown> = { text: "just text", object: { code: 7 }, number: 3 };
      const odd = fn(inngest, { id: "odd", retries: 0 }, { event: "odd/throw" }, ({ event }) => {
        throw thrown[event.data.what];
      });
      return { client: inngest, functions: [odd] };
    },
    async check({ run }) {
      for (const [what, message] of [
        ["text", "just text"],
        ["object", '{"code":7}'],
        ["number", "3"],
      ]) {
        expect(await run("odd/throw", { what })).toMatchObject({
          status: "Failed",
          output: { name: "Error", message },
        });
      }
    },
  },
  {
    name: "undefined that is thrown",
    // To version 3 it is a function that ended well.
    styles: ["v4"],
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "odder" });
      const odd = fn(inngest, { id: "odd", retries: 0 }, { event: "odder/throw" }, () => {
        const nothing: unknown = undefined;
        throw nothing;
      });
      return { client: inngest, functions: [odd] };
    },
    async check({ run }) {
      expect(await run("odder/throw")).toMatchObject({
        status: "Failed",
        output: { name: "Error", message: "undefined" },
      });
    },
  },
];
