/** When classes are registered, instances made, and hooks called. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import { type Any, failedStep, type Stage, sha1 } from "./stage.ts";

const around = (name: string, trace: string[]) => ({
  async [name]({ next }: Any) {
    trace.push(`${name}>`);
    const result = await next();
    trace.push(`<${name}`);
    return result;
  },
});
const transform = (name: string, trace: string[]) => ({
  [name](args: Any) {
    trace.push(name);
    return args;
  },
});
const observe = (name: string, trace: string[]) => ({ [name]: () => void trace.push(name) });

/** Every hook of a call, noted. */
function traced({ withHooks }: Stage, trace: string[]): Any {
  return withHooks({
    ...around("wrapRequest", trace),
    ...transform("transformFunctionInput", trace),
    ...observe("onMemoizationEnd", trace),
    ...observe("onRunStart", trace),
    ...around("wrapFunctionHandler", trace),
    ...transform("transformStepInput", trace),
    ...around("wrapStep", trace),
    ...observe("onStepStart", trace),
    ...around("wrapStepHandler", trace),
    ...observe("onStepComplete", trace),
    ...observe("onStepError", trace),
    ...observe("onRunComplete", trace),
    ...observe("onRunError", trace),
  });
}

const RUN = ["transformFunctionInput", "onMemoizationEnd", "onRunStart", "wrapFunctionHandler>"];
const STEP = ["onStepStart", "wrapStepHandler>", "<wrapStepHandler"];

const order = (name: string, call: Any, handler: (context: Any) => unknown, expected: readonly string[]): Row => ({
  name,
  async check(stage) {
    const trace: string[] = [];
    await stage.app({ middleware: [traced(stage, trace)], handler }).call(call);
    expect(trace).toEqual(["wrapRequest>", ...expected, "<wrapRequest"]);
  },
});

const oneStep = ({ step }: Any): unknown => step.run("a", () => 1);

export const lifetimeRows: readonly Row[] = [
  order("order of a call without steps", {}, () => 1, [...RUN, "<wrapFunctionHandler", "onRunComplete"]),
  order("order of a call that runs a step", {}, oneStep, [
    ...RUN,
    "transformStepInput",
    "wrapStep>",
    ...STEP,
    "onStepComplete",
  ]),
  order("order of a call that makes checkpoints", { checkpoints: true }, oneStep, [
    ...RUN,
    "transformStepInput",
    "wrapStep>",
    ...STEP,
    "onStepComplete",
    "<wrapStep",
    "<wrapFunctionHandler",
    "onRunComplete",
  ]),
  order("order of a replay", { steps: { a: { type: "data", data: 1 } } }, oneStep, [
    "transformFunctionInput",
    "wrapFunctionHandler>",
    "transformStepInput",
    "onMemoizationEnd",
    "wrapStep>",
    "<wrapStep",
    "<wrapFunctionHandler",
    "onRunComplete",
  ]),
  order("a second attempt of a run does not start it", { attempt: 1 }, () => 1, [
    "transformFunctionInput",
    "onMemoizationEnd",
    "wrapFunctionHandler>",
    "<wrapFunctionHandler",
    "onRunComplete",
  ]),
  order(
    "of a call for one of parallel steps, the run starts again, all are wrapped, and one is run",
    { target: "b", plan: true },
    ({ step }) => Promise.all([step.run("a", () => 1), step.run("b", () => 2)]),
    [...RUN, "transformStepInput", "transformStepInput", "wrapStep>", "wrapStep>", ...STEP, "onStepComplete"],
  ),
  order(
    "memory ends at a new step, though not all of it was asked for",
    { steps: { gone: { type: "data", data: 1 } } },
    oneStep,
    [
      "transformFunctionInput",
      "wrapFunctionHandler>",
      "transformStepInput",
      "wrapStep>",
      "onMemoizationEnd",
      ...STEP,
      "onStepComplete",
    ],
  ),
  order("of a sleep that is pending, only its input is seen", {}, ({ step }) => step.sleep("s", "1h"), [
    ...RUN,
    "transformStepInput",
  ]),
  order("of a sleep that is over, it is wrapped", { steps: { s: null } }, ({ step }) => step.sleep("s", "1h"), [
    "transformFunctionInput",
    "wrapFunctionHandler>",
    "transformStepInput",
    "onMemoizationEnd",
    "wrapStep>",
    "<wrapStep",
    "<wrapFunctionHandler",
    "onRunComplete",
  ]),
  {
    name: "the client's come before the function's; wrappers nest, the first outermost",
    async check({ app, withHooks }) {
      const trace: string[] = [];
      const named = (name: string) =>
        withHooks({
          async wrapFunctionHandler({ next }: Any) {
            trace.push(`${name}>`);
            const value = await next();
            trace.push(`<${name}`);
            return value;
          },
          onRunComplete: () => void trace.push(name),
        });
      await app({ middleware: [named("a"), named("b")], fnMiddleware: [named("f")] }).call();
      expect(trace).toEqual(["a>", "b>", "f>", "<f", "<b", "<a", "a", "b", "f"]);
    },
  },
  {
    name: "onRegister: once for the client in its order, once for each function that lists the class",
    async check({ app, withHooks }) {
      const seen: unknown[] = [];
      const named = (name: string) => {
        const Class = withHooks({});
        Class.onRegister = ({ client, fn }: Any) => void seen.push([name, client.id, fn === null ? null : fn.id()]);
        return Class;
      };
      const both = named("b");
      app({ middleware: [named("a"), both], fnMiddleware: [both] });
      expect(seen).toEqual([
        ["a", "app", null],
        ["b", "app", null],
        ["b", "app", "f"],
      ]);
    },
  },
  {
    name: "dependencyInjectionMiddleware: its id, and what handlers get of it",
    async check({ app, sdk }) {
      const Class = sdk.dependencyInjectionMiddleware({ pool: 1 });
      expect(new Class({ client: {} }).id).toBe("inngest:dependency-injection");
      expect((await app({ middleware: [Class], handler: ({ pool }) => pool }).call()).json).toBe(1);
    },
  },
  {
    name: "onRegister that throws is the caller's",
    async check({ app, withHooks }) {
      const Class = withHooks({});
      Class.onRegister = () => {
        throw new Error("no");
      };
      expect(() => app({ middleware: [Class] })).toThrow("no");
    },
  },
  {
    name: "one instance serves one call; a class that is listed twice has two",
    async check({ app, withHooks }) {
      const seen = new Set<object>();
      const Class = withHooks({
        transformFunctionInput(this: object, args: Any) {
          seen.add(this);
          return args;
        },
        onRunComplete(this: object) {
          seen.add(this);
        },
      });
      const { call } = app({ middleware: [Class], fnMiddleware: [Class] });
      await call();
      expect(seen.size).toBe(2);
      await call();
      expect(seen.size).toBe(4);
    },
  },
  {
    name: "transformFunctionInput: what is added and changed sticks, in one object for all hooks",
    async check({ app, withHooks }) {
      const seen: Any[] = [];
      const Class = withHooks({
        transformFunctionInput: (args: Any) => {
          const { attempt: _, ...ctx } = args.ctx;
          return { ...args, ctx: { ...ctx, extra: 1, runId: "other", event: { ...ctx.event, data: { x: 1 } } } };
        },
        onRunStart: ({ ctx }: Any) => void seen.push(ctx),
        onRunComplete: ({ ctx }: Any) => void seen.push(ctx),
      });
      const { call } = app({
        middleware: [Class],
        handler: ({ extra, runId, event, events, attempt }) => [extra, runId, event.data, events[0].data, attempt],
      });
      expect((await call()).json).toEqual([1, "other", { x: 1 }, {}, 0]);
      expect(seen[0]).toBe(seen[1]);
      expect(seen[0].extra).toBe(1);
    },
  },
  {
    name: "transformFunctionInput: of what is remembered, data can be changed; errors and new ids cannot",
    async check({ app, withHooks }) {
      const changed = { type: "data", data: "changed" };
      const Class = withHooks({
        transformFunctionInput(args: Any) {
          const { [sha1("b")]: failed, ...others } = args.steps;
          const ids = [...Object.keys(others), sha1("new")];
          const error = { ...failed.error, message: "changed" };
          const steps = { ...Object.fromEntries(ids.map((id) => [id, changed])), [sha1("b")]: { ...failed, error } };
          return { ...args, steps };
        },
      });
      const { call } = app({
        middleware: [Class],
        handler: async ({ step }) => [await step.run("a", () => 0), await step.run("b", () => 0).catch(String)],
      });
      const { json } = await call({ steps: { a: { type: "data", data: 1 }, b: failedStep("no") } });
      expect(json).toEqual(["changed", "Error: no"]);
    },
  },
];
