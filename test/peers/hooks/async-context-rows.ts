/** What `getAsyncCtx` gives, where in a run it is asked. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import { type Any, type Stage, sha1 } from "./stage.ts";

/** Where it was asked, and what of it both SDKs have. The published one has `instance` and `stream`, too. */
type Seen = [place: string, context: Any];

const inRun = { app: "Inngest.App", run: "run-1" };
const inStep = (id: string, userlandId = id, name = userlandId): object => ({
  ...inRun,
  executingStep: { id, name, hashedId: sha1(id), userlandId },
});

async function look(sdk: Any): Promise<Any> {
  const context = await sdk.getAsyncCtx();
  if (!context) return null;
  const { executingStep, parallelMode, ctx } = context.execution;
  return {
    app: context.app[Symbol.toStringTag],
    run: ctx.runId,
    ...(executingStep && { executingStep }),
    ...(parallelMode && { parallelMode }),
  };
}

/** A middleware that looks in the given hooks. */
function looking({ sdk, withHooks }: Stage, hooks: readonly string[], seen: Seen[]): Any {
  const hook = (name: string) => async (args: Any) => {
    seen.push([name, await look(sdk)]);
    if (name.startsWith("wrap")) return args.next();
    if (name.startsWith("transform")) return args;
  };
  return withHooks(Object.fromEntries(hooks.map((name) => [name, hook(name)])));
}

const aroundTheRun = ["transformFunctionInput", "onMemoizationEnd", "onRunStart", "wrapFunctionHandler"];
const aroundAStep = ["transformStepInput", "wrapStep", "onStepStart", "wrapStepHandler", "onStepComplete"];

const sees = (
  name: string,
  hooks: readonly string[],
  handler: (context: Any, note: (place: string) => Promise<void>) => unknown,
  expected: readonly Seen[],
  steps: Record<string, unknown> = {},
): Row => ({
  name,
  async check(stage) {
    const seen: Seen[] = [];
    const note = async (place: string): Promise<void> => void seen.push([place, await look(stage.sdk)]);
    const { call } = stage.app({
      middleware: [looking(stage, hooks, seen)],
      handler: (context) => handler(context, note),
    });
    await call({ checkpoints: true, steps });
    expect(seen).toEqual(expected);
    expect(await (stage.sdk as Any).getAsyncCtx()).toBeUndefined();
  },
});

export const asyncContextRows: readonly Row[] = [
  sees(
    "the run, from transformFunctionInput on, and not in wrapRequest",
    ["wrapRequest", ...aroundTheRun, "onRunComplete"],
    (_, note) => note("handler"),
    [["wrapRequest", null], ...[...aroundTheRun, "handler", "onRunComplete"].map((name): Seen => [name, inRun])],
  ),
  sees(
    "the run, in onRunError",
    ["onRunError"],
    () => {
      throw new Error("boom");
    },
    [["onRunError", inRun]],
  ),
  sees(
    "the step, in its function and the hooks next to it",
    aroundAStep,
    ({ step }, note) => step.run({ id: "a", name: "A" }, () => note("function")),
    [
      ["transformStepInput", inRun],
      ["wrapStep", inRun],
      ["onStepStart", inStep("a", "a", "A")],
      ["wrapStepHandler", inStep("a", "a", "A")],
      ["function", inStep("a", "a", "A")],
      ["onStepComplete", inRun],
    ],
  ),
  sees(
    "the step, in ai.wrap and where step.sendEvent sends",
    ["transformSendEvent"],
    async ({ step }, note) => {
      await step.ai.wrap("model", () => note("function"));
      await step.sendEvent("tell", { name: "x" });
      await note("after");
    },
    [
      ["function", inStep("model")],
      ["transformSendEvent", inStep("tell")],
      ["after", inRun],
    ],
  ),
  sees(
    "a repeated step with its count",
    [],
    async ({ step }, note) => {
      for (const place of ["first", "second"]) await step.run("a", () => note(place));
    },
    [
      ["first", inStep("a")],
      ["second", inStep("a:1", "a")],
    ],
  ),
  sees(
    "group.parallel with its mode",
    ["transformStepInput", "wrapStep"],
    ({ step, group }, note) =>
      group.parallel(async () => {
        await note("callback");
        await step.run("a", () => null);
      }),
    ["callback", "transformStepInput", "wrapStep"].map((name): Seen => [name, { ...inRun, parallelMode: "race" }]),
    { a: { type: "data", data: null } },
  ),
  {
    name: "its ctx is the handler's argument, and its app the client",
    async check({ app, sdk }) {
      const found: boolean[] = [];
      const { call, client } = app({
        async handler(context) {
          const { app: own, execution } = await (sdk as Any).getAsyncCtx();
          found.push(own === client, execution.ctx.step === context.step);
        },
      });
      await call();
      expect(found).toEqual([true, true]);
    },
  },
];
