import { afterEach, describe, expect, it } from "vitest";
import type { Handler } from "../../src/function/index.ts";
import { fetch as exportedFetch, runStorage, group as theGroup, step as theStep } from "../../src/steps/index.ts";
import { callOnce } from "./simulate-run.ts";

const KEY = Symbol.for("inngest:als");
const runtime = globalThis as unknown as Record<symbol, unknown>;

afterEach(() => {
  delete runtime[KEY];
});

/** Acts as a runtime that has no AsyncLocalStorage. */
function withoutStorage(): void {
  runtime[KEY] = null;
  expect(runStorage()).toBeNull();
}

const message = expect.stringContaining('Step "inner" was called inside step "outer"');
const refused = { type: "step-ran", operation: { op: "StepFailed", error: { name: "NonRetriableError", message } } };

describe("nested steps", () => {
  const atOnce: Handler = async ({ step }) => step.run("outer", () => step.run("inner", () => 1));
  const afterAwait: Handler = async ({ step }) =>
    step.run("outer", async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return step.run("inner", () => 1);
    });

  it("are refused, and both are named", async () => {
    expect(await callOnce(atOnce)).toMatchObject(refused);
  });

  it("are refused after the outer step's first await, too", async () => {
    expect(await callOnce(afterAwait)).toMatchObject(refused);
  });

  it("reject, and never throw into a timer, nor end the process when nobody awaits them", async () => {
    const warnings: unknown[][] = [];
    const warn = (...args: unknown[]): void => void warnings.push(args);
    const outcome = await callOnce(
      async ({ step }) =>
        step.run("outer", async () => {
          const caught = await new Promise((resolve) => {
            setTimeout(() => {
              void step.run("inner", () => 1);
              void step.sleep("wrong", "soon" as never);
              step.run("inner", () => 2).catch(resolve);
            }, 0);
          });
          return (caught as Error).message;
        }),
      { context: { logger: { debug() {}, info() {}, warn, error() {} } } },
    );
    expect(outcome).toMatchObject({ operation: { op: "StepRun", data: message } });
    const coded = expect.objectContaining({ code: "NESTING_STEPS", action: "Call it after the other." });
    expect(warnings).toEqual([
      [coded, message],
      [coded, expect.stringContaining('Step "wrong" was called inside')],
      [coded, message],
    ]);
  });

  it("that are wrong reject outside of steps, too", async () => {
    const outcome = await callOnce(async ({ step }) => {
      void step.sleep("wrong", "soon" as never);
      return step.run("a", 5 as never).catch((error: Error) => error.message);
    });
    expect(outcome).toMatchObject({ type: "function-resolved", data: expect.stringContaining("needs a function") });
  });

  it("are refused at once where there is no AsyncLocalStorage", async () => {
    withoutStorage();
    expect(await callOnce(atOnce)).toMatchObject(refused);
  });

  it("are warned of after the first await where there is no AsyncLocalStorage", async () => {
    withoutStorage();
    const warnings: unknown[] = [];
    const warn = (fields: unknown): void => void warnings.push(fields);
    await callOnce(
      async ({ step }) =>
        step.run("outer", async () => {
          await undefined;
          void step.run("inner", () => 1);
        }),
      { context: { logger: { debug() {}, info() {}, warn, error() {} } } },
    );
    expect(warnings).toEqual([
      {
        code: "NESTING_STEPS",
        explanation: expect.stringContaining('Step "inner" was called while step "outer" runs'),
        action: 'Call "inner" after "outer".',
      },
    ]);
  });

  it("are not taken for a parallel branch's step that is called while another runs", async () => {
    const warnings: unknown[] = [];
    const warn = (fields: unknown): void => void warnings.push(fields);
    const outcome = await callOnce(
      async ({ step }) =>
        Promise.all([
          step.run("long", () => new Promise((resolve) => setTimeout(() => resolve("long"), 10))),
          (async () => {
            await new Promise((resolve) => setTimeout(resolve, 2));
            return step.run("late", () => 1);
          })(),
        ]),
      { context: { logger: { debug() {}, info() {}, warn, error() {} } } },
    );
    expect(outcome).toMatchObject({ type: "step-ran", operation: { name: "long", data: "long" } });
    expect(warnings).toEqual([]);
  });
});

describe("the exported step, group and fetch", () => {
  it("are those of the run that calls them, however deep", async () => {
    const work = async (): Promise<unknown> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return theStep.run("deep", () => "done");
    };
    const [one, two] = await Promise.all([callOnce(work), callOnce(work)]);
    expect(one).toMatchObject({ type: "step-ran", operation: { name: "deep", data: "done" } });
    expect(two).toEqual(one);
    const sleep = await callOnce(async () => theStep.ai.wrap("ask", (text: string) => text, "hello"));
    expect(sleep).toMatchObject({ operation: { data: "hello", opts: { input: ["hello"], type: "step.ai.wrap" } } });
  });

  it("say so when they are used outside a run", async () => {
    expect(() => theStep.run("a", () => 1)).toThrow("was used outside a run: call `step.run` in a function's handler");
    expect(() => theGroup.parallel(async () => 1)).toThrow("`group.parallel`");
  });

  it("say so where there is no AsyncLocalStorage", async () => {
    withoutStorage();
    expect(() => theStep.run("a", () => 1)).toThrow("needs AsyncLocalStorage");
    await expect(exportedFetch("http://127.0.0.1:1/")).rejects.toThrow("use `step.fetch`");
  });

  it("fetch asks the engine between steps, and the network inside them and outside runs", async () => {
    const asked: string[] = [];
    const fallback: typeof fetch = async (input) => {
      asked.push(String(input));
      return new Response("direct");
    };
    const mine = exportedFetch.config({ fallback });
    expect(await (await mine("http://a.test/out")).text()).toBe("direct");
    const between = await callOnce(async () => mine("http://a.test/between"));
    expect(between).toMatchObject({ type: "steps-found", operations: [{ op: "Gateway" }] });
    const inside = await callOnce(async ({ step }) =>
      step.run(
        "in",
        async () => (await (await step.fetch.config({ fallback })("http://a.test/in")).text()) + asked.length,
      ),
    );
    expect(inside).toMatchObject({ operation: { data: "direct2" } });
    expect(asked).toEqual(["http://a.test/out", "http://a.test/in"]);
  });
});

describe("group.parallel", () => {
  const race: Handler = async ({ step, group }) =>
    group.parallel({ mode: "race" }, async () => {
      await undefined;
      return Promise.race([step.run("a", () => 1), step.sleep("b", "1s")]);
    });

  it("marks the steps called in a race, and no others", async () => {
    const outcome = await callOnce(async (context) =>
      Promise.all([race(context as never), context.step.run("c", () => 1)]),
    );
    expect(outcome).toMatchObject({
      type: "steps-found",
      operations: expect.arrayContaining([
        expect.objectContaining({ displayName: "a", opts: { parallelMode: "race" } }),
        expect.objectContaining({ displayName: "b", opts: { parallelMode: "race" } }),
        expect.objectContaining({ displayName: "c", opts: {} }),
      ]),
    });
  });

  it("is a race without a mode too", async () => {
    const outcome = await callOnce(async ({ step, group }) =>
      group.parallel(async () => Promise.all([step.run("a", () => 1), step.run("b", () => 1)])),
    );
    const opts = { parallelMode: "race" };
    expect(outcome).toMatchObject({ operations: [{ opts }, { opts }] });
  });

  it("says what to do where a race cannot be followed, and what it takes", async () => {
    withoutStorage();
    const failed = await callOnce(race);
    expect(failed).toMatchObject({
      type: "function-rejected",
      failure: { error: { message: expect.stringContaining('give each step `parallelMode: "race"`') } },
    });
    for (const wrong of [[], [{ mode: "fast" }, async () => 1], [{}, 5]]) {
      const outcome = await callOnce(async ({ group }) =>
        (group.parallel as (...args: unknown[]) => unknown)(...wrong),
      );
      expect(outcome).toMatchObject({
        failure: { error: { message: expect.stringContaining("step.group.parallel") } },
      });
    }
  });
});
