/** What transformStepInput sees and can change, by kind of step. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import { type Any, type Stage, sha1 } from "./stage.ts";

type Transform = (args: Any) => Any;

/** The operations of a call whose step inputs are transformed. */
async function operations(
  { app, withHooks }: Stage,
  transformStepInput: Transform,
  handler: Transform,
): Promise<Any[]> {
  const { call } = app({ middleware: [withHooks({ transformStepInput })], handler });
  return (await call({ plan: true })).json;
}

const sees = (kind: string, stepType: string, make: Transform, input: unknown[]): Row => ({
  name: `${kind}: sees ${JSON.stringify(input)}`,
  async check(stage) {
    const seen: Any[] = [];
    const look: Transform = (args) => {
      seen.push(args);
      return args;
    };
    await operations(stage, look, make);
    expect(seen).toHaveLength(1);
    expect(seen[0].input).toEqual(input);
    expect(seen[0].stepInfo).toEqual({ hashedId: sha1("s"), memoized: false, stepType });
    expect(seen[0].stepOptions).toEqual({ id: "s", name: "s" });
  },
});

const withInput =
  (...input: unknown[]): Transform =>
  (args) => ({ ...args, input });

const changes = (name: string, input: unknown[], make: Transform, expected: object): Row => ({
  name,
  async check(stage) {
    expect(await operations(stage, withInput(...input), make)).toMatchObject([expected]);
  },
});

const sleep: Transform = ({ step }) => step.sleep("s", "1h");
const sleepUntil: Transform = ({ step }) => step.sleepUntil("s", new Date("2030-01-01T00:00:00Z"));
const infer: Transform = ({ step }) =>
  step.ai.infer("s", { model: step.ai.models.openai({ model: "m", apiKey: "k" }), body: { messages: [] } });

export const stepInputRows: readonly Row[] = [
  sees("run", "run", ({ step }) => step.run("s", (x: number) => x, 1), [1]),
  sees("run without arguments", "run", ({ step }) => step.run("s", () => 1), []),
  sees("ai.wrap", "ai.wrap", ({ step }) => step.ai.wrap("s", (x: number) => x, 2), [2]),
  sees("sleep", "sleep", sleep, []),
  sees("sleepUntil", "sleep", sleepUntil, []),
  sees(
    "waitForEvent",
    "waitForEvent",
    ({ step }) => step.waitForEvent("s", { event: "x", timeout: "1h", if: "true" }),
    [{ timeout: "1h", if: "true" }],
  ),
  sees("waitForSignal", "waitForSignal", ({ step }) => step.waitForSignal("s", { signal: "x", timeout: "1h" }), []),
  sees("sendEvent", "sendEvent", ({ step }) => step.sendEvent("s", { name: "x" }), []),
  sees("ai.infer", "ai.infer", infer, []),
  changes(
    "run: the callback gets the change, the operation shows the original",
    [5],
    ({ step }) => step.run("s", (x: number) => x, 1),
    {
      opts: { input: [1] },
    },
  ),
  changes("sleep: a text is its length", ["30m"], sleep, { op: "Sleep", name: "30m" }),
  changes("sleep: a number is its length", [7_200_000], sleep, { op: "Sleep", name: "2h" }),
  changes("sleepUntil: may become a length", ["30m"], sleepUntil, { op: "Sleep", name: "30m" }),
  changes(
    "waitForEvent: its options are replaced, its event is not",
    [{ timeout: "5m", more: 1 }],
    ({ step }) => step.waitForEvent("s", { event: "x", timeout: "1h", if: "true" }),
    {
      name: "x",
      opts: { timeout: "5m", more: 1 },
    },
  ),
  {
    name: "ai.infer: an input that was edited on the server is merged into the body",
    oursOnly: "a call of the published one that remembers nothing but this is not answered",
    async check({ app }) {
      const { call } = app({ handler: infer });
      const [operation] = (await call({ steps: { s: { type: "input", input: [{ n: 2 }] } } })).json;
      expect(operation).toMatchObject({ op: "AIGateway", opts: { body: { model: "m", messages: [], n: 2 } } });
    },
  },
  {
    name: "run: what the callback gets",
    async check({ app, withHooks }) {
      const { call } = app({
        middleware: [withHooks({ transformStepInput: withInput(5) })],
        handler: ({ step }) => step.run("s", (x: number) => x, 1),
      });
      expect((await call()).json[0]).toMatchObject({ data: 5, opts: { input: [1] } });
    },
  },
  {
    name: "invoke: sees its options and replaces them",
    async check(stage) {
      const seen: Any[] = [];
      const { app, withHooks } = stage;
      const target = app({}).fn;
      const Class = withHooks({
        transformStepInput(args: Any) {
          seen.push(args.input[0]);
          return { ...args, input: [{ ...args.input[0], payload: { data: { b: 2 } } }] };
        },
      });
      const { call } = app({
        middleware: [Class],
        handler: ({ step }) => step.invoke("s", { function: target, data: { a: 1 } }),
      });
      const [operation] = (await call()).json;
      expect(seen).toMatchObject([{ payload: { data: { a: 1 } }, function_id: "app-f" }]);
      expect(operation.opts).toMatchObject({ payload: { data: { b: 2 } }, function_id: "app-f" });
    },
  },
  {
    name: "stepInfo has the input that was left, and none where there was none",
    async check({ app, withHooks }) {
      const seen: Any[] = [];
      const Class = withHooks({
        transformStepInput: (args: Any) => (args.stepOptions.id === "added" ? { ...args, input: [9] } : args),
        onStepStart: ({ stepInfo }: Any) => void seen.push(stepInfo),
      });
      const { call } = app({
        middleware: [Class],
        handler: async ({ step }) => {
          await step.run({ id: "none", name: "None" }, () => 1);
          await step.run("given", (x: number) => x, 1);
          await step.run("added", () => 1);
          await step.sendEvent("sent", { name: "x" });
        },
      });
      await call({ checkpoints: true });
      expect(seen.map(({ input }) => input)).toEqual([undefined, [1], [9], undefined]);
      expect(seen[0]).toMatchObject({
        hashedId: sha1("none"),
        memoized: false,
        stepType: "run",
        options: { id: "none", name: "None" },
      });
    },
  },
  {
    name: "another id is another step; what is shown of it stays",
    async check({ app, withHooks }) {
      const seen: Any[] = [];
      const Class = withHooks({
        transformStepInput: (args: Any) => ({ ...args, stepOptions: { id: "other", name: "Other" } }),
        onStepStart: ({ stepInfo }: Any) => void seen.push(stepInfo.options),
      });
      const { call } = app({ middleware: [Class], handler: ({ step }) => step.run("s", () => 1) });
      const [operation] = (await call()).json;
      expect(operation).toMatchObject({ id: sha1("other"), name: "s", displayName: "s", userland: { id: "other" } });
      expect(seen).toEqual([{ id: "other", name: "Other" }]);
    },
  },
  {
    name: "an id that a hook gave twice is counted, and shown so; an ordinary repeat keeps its id",
    async check({ app, withHooks }) {
      const seen: Any[] = [];
      const note = { onStepStart: ({ stepInfo }: Any) => void seen.push(stepInfo.options.id) };
      const rename = {
        transformStepInput: (args: Any) => ({ ...args, stepOptions: { ...args.stepOptions, id: "x" } }),
      };
      const twice = (first: string, second: string) => async (context: Any) => {
        await context.step.run(first, () => 1);
        await context.step.run(second, () => 2);
      };
      const steps = { x: { type: "data", data: 1 } };
      const renamed = app({ middleware: [withHooks({ ...note, ...rename })], handler: twice("a", "b") });
      expect((await renamed.call({ steps })).json[0]).toMatchObject({
        id: sha1("x:1"),
        userland: { id: "x:1", index: 1 },
      });
      const repeated = app({ middleware: [withHooks(note)], handler: twice("x", "x") });
      expect((await repeated.call({ steps })).json[0]).toMatchObject({
        id: sha1("x:1"),
        userland: { id: "x", index: 1 },
      });
      expect(seen).toEqual(["x:1", "x"]);
    },
  },
];
