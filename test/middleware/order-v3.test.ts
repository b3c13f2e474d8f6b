/** The order of the hooks of version 3, as it was measured of the published SDK. */
import { describe, expect, test } from "vitest";
import { type CallInput, middlewareApp } from "./middleware-app.ts";
import { tracedClass, tracedV3 } from "./traced.ts";

// biome-ignore lint/suspicious/noExplicitAny: one handler for all cases
const handlers: Record<string, (context: any) => unknown> = {
  one: async ({ step }) => ({ a: await step.run("one", () => 1) }),
  two: async ({ step }) => (await step.run("one", () => 1)) + (await step.run("two", () => 2)),
  sends: ({ step }) => step.sendEvent("sends", { name: "x" }),
  bad: () => Promise.reject(new Error("boom")),
  parallel: ({ step }) => Promise.all([step.run("one", () => 1), step.run("two", () => 2)]),
  none: () => "done",
};

const BACKWARDS = ["afterMemoization", "afterExecution", "transformOutput"];
const expand = (text: string): string[] =>
  text
    .trim()
    .split(/\s+/)
    .flatMap((hook) => (BACKWARDS.includes(hook) ? ["F", "B", "A"] : ["A", "B", "F"]).map((name) => `${name} ${hook}`));

const FRESH = "onFunctionRun transformInput beforeMemoization afterMemoization beforeExecution";
const END = "afterExecution transformOutput finished beforeResponse";

const cases: [string, string, CallInput, string][] = [
  ["a new step", "one", {}, `${FRESH} afterExecution transformOutput beforeResponse`],
  ["a replay that finishes", "one", { steps: { one: { type: "data", data: 1 } } }, `${FRESH} ${END}`],
  ["a handler without steps", "none", {}, `${FRESH} ${END}`],
  ["a failing handler", "bad", {}, `${FRESH} ${END}`],
  ["steps that are only planned", "parallel", {}, `${FRESH} afterExecution beforeResponse`],
  [
    "checkpoints",
    "two",
    { checkpoints: true },
    `${FRESH} afterExecution transformOutput transformOutput transformOutput finished beforeResponse`,
  ],
];

describe("v3 hooks", () => {
  test.each(cases)("%s", async (_name, handler, input, expected) => {
    const trace: string[] = [];
    const { call } = middlewareApp({
      middleware: [tracedV3("A", trace), tracedV3("B", trace)],
      fnMiddleware: [tracedV3("F", trace)],
      handler: handlers[handler] as () => unknown,
    });
    await call(input);
    expect(trace).toEqual(expand(expected));
  });

  test("events that a step sends pass the client's middleware alone", async () => {
    const trace: string[] = [];
    const { call } = middlewareApp({
      middleware: [tracedV3("A", trace), tracedV3("B", trace)],
      fnMiddleware: [tracedV3("F", trace)],
      handler: handlers["sends"] as () => unknown,
    });
    await call();
    expect(trace.filter((line) => /send/i.test(line))).toEqual([
      "A onSendEvent",
      "B onSendEvent",
      "A send.transformInput",
      "B send.transformInput",
      "B send.transformOutput",
      "A send.transformOutput",
    ]);
  });

  test("both styles stand in one list", async () => {
    const trace: string[] = [];
    const { call } = middlewareApp({
      middleware: [tracedClass("C", trace), tracedV3("A", trace)],
      handler: handlers["none"] as () => unknown,
    });
    await call();
    expect(trace).toEqual([
      "C wrapRequest>",
      "C transformFunctionInput",
      "A onFunctionRun",
      "A transformInput",
      "A beforeMemoization",
      "C onMemoizationEnd",
      "A afterMemoization",
      "A beforeExecution",
      "C onRunStart",
      "C wrapFunctionHandler>",
      "A afterExecution",
      "A transformOutput",
      "C <wrapFunctionHandler",
      "C onRunComplete",
      "A finished",
      "A beforeResponse",
      "C <wrapRequest",
    ]);
  });
});
