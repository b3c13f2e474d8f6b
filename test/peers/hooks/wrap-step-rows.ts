/** wrapStep: when it starts, what next() does, and steps that middleware makes itself. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import { type Any, failedStep, type Stage } from "./stage.ts";

/** Runs a step of its own before each step. */
const prepending = ({ withHooks }: Stage, name: string): Any =>
  withHooks(
    {
      async wrapStep({ next, stepInfo, ctx }: Any) {
        await ctx.step.run(`${name}-pre-${stepInfo.options.id}`, () => name);
        return next();
      },
    },
    name,
  );

/** Runs a step of its own after each step. */
const appending = ({ withHooks }: Stage): Any =>
  withHooks({
    async wrapStep({ next, stepInfo, ctx }: Any) {
      const value = await next();
      return [value, await ctx.step.run(`post-${stepInfo.options.id}`, () => "post")];
    },
  });

const both = (name: string, check: (stage: Stage, checkpoints: boolean) => Promise<void>): Row[] =>
  [false, true].map((checkpoints) => ({
    name: `${name}, checkpoints ${checkpoints ? "on" : "off"}`,
    check: (stage) => check(stage, checkpoints),
  }));

const anError = "a request of the published SDK is never answered";

export const wrapStepRows: readonly Row[] = [
  ...both("a step made before next() runs once, and passes by its maker", async (stage, checkpoints) => {
    const { run } = stage.app({
      middleware: [prepending(stage, "p")],
      handler: async ({ step }) => [await step.run("a", () => 1), await step.run("b", () => 2)],
    });
    const { output, steps } = await run({ checkpoints });
    expect(output).toEqual([1, 2]);
    expect(Object.keys(steps)).toEqual(["p-pre-a", "a", "p-pre-b", "b"]);
  }),
  ...both("a step made after next()", async (stage, checkpoints) => {
    const { run } = stage.app({ middleware: [appending(stage)], handler: ({ step }) => step.run("a", () => 1) });
    const { output, steps } = await run({ checkpoints });
    expect(output).toEqual([1, "post"]);
    expect(Object.keys(steps)).toEqual(["a", "post-a"]);
  }),
  ...both("steps of two middleware pass through each other, and no deeper", async (stage, checkpoints) => {
    const { run } = stage.app({
      middleware: [prepending(stage, "P"), prepending(stage, "Q")],
      handler: ({ step }) => step.run("a", () => 1),
    });
    const { output, steps } = await run({ checkpoints });
    expect(output).toBe(1);
    expect(Object.keys(steps)).toEqual(["Q-pre-P-pre-a", "P-pre-a", "P-pre-Q-pre-a", "Q-pre-a", "a"]);
  }),
  ...both("siblings do not hide each other", async (stage, checkpoints) => {
    const { run } = stage.app({
      middleware: [prepending(stage, "p")],
      handler: ({ step }) => Promise.all(["a", "b", "c"].map((id) => step.run(id, () => id))),
    });
    const { output, steps } = await run({ checkpoints });
    expect(output).toEqual(["a", "b", "c"]);
    expect(Object.keys(steps).sort()).toEqual(["a", "b", "c", "p-pre-a", "p-pre-b", "p-pre-c"]);
  }),
  ...both("steps before and after next() in wrapFunctionHandler are ordinary ones", async (stage, checkpoints) => {
    const Class = stage.withHooks({
      async wrapFunctionHandler({ next, ctx }: Any) {
        await ctx.step.run("before", () => 1);
        const value = await next();
        return [value, await ctx.step.run("after", () => 2)];
      },
    });
    const { run } = stage.app({ middleware: [Class], handler: ({ step }) => step.run("a", () => "a") });
    const { output, steps } = await run({ checkpoints });
    expect(output).toEqual(["a", 2]);
    expect(Object.keys(steps)).toEqual(["before", "a", "after"]);
  }),
  {
    name: "of a new step, next() does not settle in its call, and memoized is false; then it gives what is remembered",
    async check({ app, withHooks }) {
      const seen: unknown[] = [];
      const Class = withHooks({
        async wrapStep({ next, stepInfo }: Any) {
          seen.push(["called", stepInfo.memoized]);
          const value = await next();
          seen.push(["settled", value]);
          return "changed";
        },
      });
      const { call } = app({ middleware: [Class], handler: ({ step }) => step.run("a", () => 1) });
      await call();
      expect(seen.splice(0)).toEqual([["called", false]]);
      expect((await call({ steps: { a: { type: "data", data: 1 } } })).json).toBe("changed");
      expect(seen).toEqual([
        ["called", true],
        ["settled", 1],
      ]);
    },
  },
  {
    name: "with checkpoints, next() gives the result once it has been JSON",
    async check({ app, withHooks }) {
      const seen: unknown[] = [];
      const Class = withHooks({
        async wrapStep({ next, stepInfo }: Any) {
          const value = await next();
          seen.push([stepInfo.memoized, value]);
          return value;
        },
      });
      const { call } = app({ middleware: [Class], handler: ({ step }) => step.run("a", () => ({ at: new Date(0) })) });
      await call({ checkpoints: true });
      expect(seen).toEqual([[false, { at: "1970-01-01T00:00:00.000Z" }]]);
    },
  },
  {
    name: "wrapStep of remembered steps starts in the order in which they were saved, of new ones when they are called",
    async check({ app, withHooks }) {
      const order: string[] = [];
      const Class = withHooks({
        wrapStep({ next, stepInfo }: Any) {
          order.push(stepInfo.options.id);
          return next();
        },
      });
      const handler = ({ step }: Any) => Promise.all(["a", "b", "c"].map((id) => step.run(id, () => id)));
      const { call } = app({ middleware: [Class], handler });
      const data = { type: "data", data: 1 };
      await call({ steps: { c: data, a: data, b: data } });
      expect(order.splice(0)).toEqual(["c", "a", "b"]);
      await call();
      expect(order).toEqual(["a", "b", "c"]);
    },
  },
  {
    name: "a final failure rejects next(); another error may take its place",
    async check({ app, withHooks }) {
      const seen: unknown[] = [];
      const Class = withHooks({
        wrapStep: ({ next }: Any) =>
          next().catch((error: Any) => {
            seen.push([error.name, error.message, error.stepId]);
            throw new TypeError("other");
          }),
      });
      const { call } = app({
        middleware: [Class],
        handler: ({ step }) => step.run("a", () => 1).catch((error: Error) => `${error.name} ${error.message}`),
      });
      expect((await call({ steps: { a: failedStep("boom") } })).json).toBe("TypeError other");
      expect(seen).toEqual([["Error", "boom", "a"]]);
    },
  },
  {
    name: "what wrapStepHandler gives is stored, inner first; then wrapStep gives user code its value, inner first",
    async check({ app, withHooks }) {
      const named = (name: string) =>
        withHooks({
          wrapStepHandler: async ({ next }: Any) => `${await next()}${name}`,
          wrapStep: async ({ next }: Any) => `${await next()}${name.toUpperCase()}`,
        });
      const { run } = app({ middleware: [named("a"), named("b")], handler: ({ step }) => step.run("s", () => "-") });
      const { output, steps } = await run();
      expect([output, steps["s"].data]).toEqual(["-baBA", "-ba"]);
    },
  },
  {
    name: "throwing after next() rejects the step, and does not run it again",
    oursOnly: anError,
    async check({ app, withHooks }) {
      let ran = 0;
      const Class = withHooks({
        async wrapStep({ next }: Any) {
          await next();
          throw new Error("late");
        },
      });
      const { call } = app({ middleware: [Class], handler: ({ step }) => step.run("a", () => ++ran) });
      const { status, json } = await call({ steps: { a: { type: "data", data: 1 } } });
      expect([status, json.message, ran]).toEqual([500, "late", 0]);
      expect((await call({ checkpoints: true })).status).toBe(500);
      expect(ran).toBe(1);
    },
  },
  {
    name: "a remembered failure may be turned into a value",
    oursOnly: anError,
    async check({ app, withHooks }) {
      const Class = withHooks({ wrapStep: ({ next }: Any) => next().catch(() => "instead") });
      const { call } = app({ middleware: [Class], handler: ({ step }) => step.run("a", () => 1) });
      expect((await call({ steps: { a: failedStep("boom") } })).json).toBe("instead");
    },
  },
  {
    name: "a new step for which next() is not called comes to what the wrapper gives, and is remembered",
    oursOnly: anError,
    async check({ app, withHooks }) {
      let ran = 0;
      const { call, run } = app({
        middleware: [withHooks({ wrapStep: async () => "instead" })],
        handler: ({ step }) => step.run("a", () => ++ran),
      });
      expect((await call()).json[0]).toMatchObject({ op: "StepRun", data: "instead" });
      expect((await run({ checkpoints: true })).output).toBe("instead");
      expect(ran).toBe(0);
    },
  },
];
