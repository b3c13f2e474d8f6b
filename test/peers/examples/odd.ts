/** Programs that users write although no documentation shows them. */
import { expect } from "vitest";
import type { Example } from "./example.ts";

export const oddExamples: Example[] = [
  {
    name: "results of every kind, as JSON keeps them",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "values" });
      class Money {
        toJSON(): string {
          return "3 EUR";
        }
      }
      const values: Record<string, unknown> = {
        text: 'ünï"cödé \u2028 \ud83d\ude00',
        empty: "",
        zero: 0,
        no: false,
        nothing: null,
        notDefined: undefined,
        date: new Date(5),
        list: [undefined, Number.NaN, Number.POSITIVE_INFINITY, () => 1],
        map: new Map([["a", 1]]),
        money: new Money(),
        nested: { a: undefined, b: { c: [1, { d: "e" }] }, data: 1, error: "not an error", type: "data" },
      };
      const functions = Object.entries(values).map(([id, value]) =>
        fn(inngest, { id: id.toLowerCase() }, { event: `values/${id}` }, async ({ event, step }) => {
          if (event.data.bare) return value;
          return { step: await step.run("value", () => value), again: await step.run("again", () => [value]) };
        }),
      );
      return { client: inngest, functions };
    },
    async check({ run, client }) {
      const expected: Record<string, unknown> = {
        text: 'ünï"cödé \u2028 \ud83d\ude00',
        empty: "",
        zero: 0,
        no: false,
        nothing: null,
        notDefined: null,
        date: "1970-01-01T00:00:00.005Z",
        list: [null, null, null, null],
        map: {},
        money: "3 EUR",
        nested: { b: { c: [1, { d: "e" }] }, data: 1, error: "not an error", type: "data" },
      };
      expect(client.id).toBe("values");
      for (const [id, value] of Object.entries(expected)) {
        expect(await run(`values/${id}`)).toMatchObject({
          status: "Completed",
          output: { step: value, again: [value] },
        });
        expect((await run(`values/${id}`, { bare: true })).output).toEqual(value);
      }
    },
  },
  {
    name: "work that is no step between steps, and a step that is returned without await",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "between" });
      const between = fn(inngest, { id: "between" }, { event: "between/go" }, async ({ step }) => {
        await new Promise((resolve) => setTimeout(resolve, 3));
        const a = await step.run("a", () => 1);
        await new Promise((resolve) => setImmediate(resolve));
        await Promise.resolve();
        const rest = step.run("b", () => a + note("b"));
        return rest;
      });
      const plain = fn(inngest, { id: "plain" }, { event: "between/plain" }, ({ step }) =>
        step.run("only", () => "only"),
      );
      return { client: inngest, functions: [between, plain] };
    },
    async check({ run, count }) {
      expect(await run("between/go")).toMatchObject({ status: "Completed", output: 2 });
      expect(count("b")).toBe(1);
      expect(await run("between/plain")).toMatchObject({ status: "Completed", output: "only" });
    },
  },
  {
    name: "steps in parallel with one id, and one of several that fails",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "same" });
      const same = fn(inngest, { id: "same" }, { event: "same/go" }, ({ step }) =>
        Promise.all([1, 2, 3].map((n) => step.run("same", () => n))),
      );
      const fails = fn(inngest, { id: "fails", retries: 0 }, { event: "same/fails" }, ({ step }) =>
        Promise.all([
          step.run("good", () => 1),
          step.run("bad", () => {
            throw new TypeError("bad one");
          }),
        ]),
      );
      return { client: inngest, functions: [same, fails] };
    },
    async check({ run }) {
      expect(await run("same/go")).toMatchObject({ status: "Completed", output: [1, 2, 3] });
      expect(await run("same/fails")).toMatchObject({ status: "Failed", output: { message: "bad one" } });
    },
  },
  {
    name: "times in every form that is allowed",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "times" });
      const lengths = ["1s", "90s", "1.5h", "2 days", "1w", "61 minutes", "1h", 1000, 5_400_000, 90_061_000] as const;
      const sleeps = fn(inngest, { id: "sleeps" }, { event: "times/sleep" }, async ({ step }) => {
        for (const [index, length] of lengths.entries()) await step.sleep(`sleep ${index}`, length);
      });
      const waits = fn(inngest, { id: "waits" }, { event: "times/wait" }, async ({ event, step }) => {
        for (const [index, timeout] of [...lengths, new Date(event.data.until)].entries())
          await step.waitForEvent(`wait ${index}`, { event: "times/never", timeout });
      });
      return { client: inngest, functions: [sleeps, waits] };
    },
    async check({ run, now }) {
      expect(await run("times/sleep")).toMatchObject({ status: "Completed" });
      expect(await run("times/wait", { until: new Date(now() + 200 * 86_400_000).toISOString() })).toMatchObject({
        status: "Completed",
      });
    },
  },
  {
    name: "events in every form, sent by a step",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "forms" });
      const forms = fn(inngest, { id: "forms" }, { event: "forms/go" }, async ({ step }) => {
        const bare = await step.sendEvent("bare", { name: "forms/bare" });
        const full = await step.sendEvent("full", [
          {
            name: "forms/full",
            data: { a: [1] },
            id: "full-1",
            v: "2024-01",
            user: { id: "u" },
            ts: 1_700_000_000_000,
          },
          { name: "forms/dated", data: { at: new Date(0), gone: undefined } },
        ]);
        const none = await step.sendEvent("none", []);
        return [bare.ids.length, full.ids.length, none.ids.length];
      });
      return { client: inngest, functions: [forms] };
    },
    async check({ run }) {
      expect(await run("forms/go")).toMatchObject({ status: "Completed", output: [1, 2, 0] });
    },
  },
  {
    name: "a cause of a cause of an error",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "causes" });
      const deep = (level: number): Error => new Error(`level ${level}`, level === 5 ? {} : { cause: deep(level + 1) });
      const fails = fn(inngest, { id: "fails", retries: 0 }, { event: "causes/go" }, async ({ event, step }) => {
        const coded = Object.assign(new Error("coded", { cause: deep(1) }), { code: "E_CODE", extra: 1 });
        if (event.data.inStep) await step.run("fail", () => Promise.reject(coded));
        if (event.data.odd) throw new Error("odd cause", { cause: event.data.odd });
        throw coded;
      });
      return { client: inngest, functions: [fails] };
    },
    async check({ run }) {
      for (const data of [{}, { inStep: true }])
        expect(await run("causes/go", data)).toMatchObject({
          status: "Failed",
          output: { message: "coded", cause: { message: "level 1", cause: { message: "level 2" } } },
        });
      for (const odd of ["a text", 5, true, { a: 1 }])
        expect(await run("causes/go", { odd })).toMatchObject({ status: "Failed", output: { message: "odd cause" } });
    },
  },
];
