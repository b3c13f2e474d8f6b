/** The order of the hooks of version 4, as it was measured of the published SDK. */
import { describe, expect, test } from "vitest";
import { type CallInput, middlewareApp } from "./middleware-app.ts";
import { tracedClass } from "./traced.ts";

// biome-ignore lint/suspicious/noExplicitAny: one handler for all cases
const handlers: Record<string, (context: any) => unknown> = {
  one: async ({ step }) => ({ a: await step.run("one", () => 1) }),
  two: async ({ step }) => (await step.run("one", () => 1)) + (await step.run("two", () => 2)),
  sends: ({ step }) => step.sendEvent("sends", { name: "x" }),
  badStep: ({ step }) => step.run("bad", () => Promise.reject(new TypeError("boom"))),
  bad: () => Promise.reject(new Error("boom")),
};

/** Each hook of A is followed by F's; wrappers nest. */
const both = (hook: string): string[] =>
  hook.startsWith("<") ? [`F ${hook}`, `A ${hook}`] : [`A ${hook}`, `F ${hook}`];
const expand = (text: string): string[] => text.trim().split(/\s+/).flatMap(both);

const BEGIN = "wrapRequest> transformFunctionInput";
const FRESH = `${BEGIN} onMemoizationEnd onRunStart wrapFunctionHandler>`;
const RUN_STEP = "transformStepInput wrapStep> onStepStart wrapStepHandler>";

const cases: [string, string, CallInput, string][] = [
  ["a new step", "one", {}, `${FRESH} ${RUN_STEP} <wrapStepHandler onStepComplete <wrapRequest`],
  [
    "a replay that finishes",
    "one",
    { steps: { one: { type: "data", data: 1 } } },
    `${BEGIN} wrapFunctionHandler> transformStepInput onMemoizationEnd wrapStep>(memo) <wrapStep <wrapFunctionHandler onRunComplete <wrapRequest`,
  ],
  [
    "a replay with a new step",
    "two",
    { steps: { one: { type: "data", data: 1 } } },
    `${BEGIN} wrapFunctionHandler> transformStepInput onMemoizationEnd wrapStep>(memo) <wrapStep ${RUN_STEP} <wrapStepHandler onStepComplete <wrapRequest`,
  ],
  ["a failing step", "badStep", {}, `${FRESH} ${RUN_STEP} onStepError <wrapRequest`],
  ["a failing handler", "bad", {}, `${FRESH} onRunError <wrapRequest`],
  ["a later attempt", "bad", { attempt: 3 }, `${BEGIN} onMemoizationEnd wrapFunctionHandler> onRunError <wrapRequest`],
  [
    "events that a step sends",
    "sends",
    {},
    `${FRESH} ${RUN_STEP} transformSendEvent wrapSendEvent> <wrapSendEvent <wrapStepHandler onStepComplete <wrapRequest`,
  ],
  [
    "checkpoints",
    "two",
    { checkpoints: true },
    `${FRESH} ${RUN_STEP} <wrapStepHandler onStepComplete <wrapStep ${RUN_STEP} <wrapStepHandler onStepComplete <wrapStep <wrapFunctionHandler onRunComplete <wrapRequest`,
  ],
];

describe.each([
  ["at once", false],
  ["a while later", true],
])("v4 hooks that answer %s", (_, late) => {
  test.each(cases)("%s", async (_name, handler, input, expected) => {
    const trace: string[] = [];
    const { call } = middlewareApp({
      middleware: [tracedClass("A", trace, late)],
      fnMiddleware: [tracedClass("F", trace, late)],
      handler: handlers[handler] as () => unknown,
    });
    await call(input);
    expect(trace).toEqual(expand(expected));
  });

  test("sends of the client pass the client's middleware alone", async () => {
    const trace: string[] = [];
    const { client } = middlewareApp({
      middleware: [tracedClass("A", trace, late), tracedClass("B", trace, late)],
      fnMiddleware: [tracedClass("F", trace, late)],
    });
    await client.send({ name: "x" });
    expect(trace).toEqual([
      "A transformSendEvent",
      "B transformSendEvent",
      "A wrapSendEvent>",
      "B wrapSendEvent>",
      "B <wrapSendEvent",
      "A <wrapSendEvent",
    ]);
  });
});
