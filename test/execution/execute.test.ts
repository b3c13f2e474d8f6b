import { afterEach, describe, expect, it, vi } from "vitest";
import type { Handler } from "../../src/function/index.ts";
import { NonRetriableError, RetryAfterError, StepError } from "../../src/index.ts";
import type { Operation } from "../../src/protocol/index.ts";
import { hashStepId } from "../../src/steps/index.ts";
import { callOnce, simulateRun } from "./simulate-run.ts";

afterEach(() => vi.useRealTimers());

const remembered = (id: string, data: unknown) => ({ steps: { [hashStepId(id)]: { data } }, order: [hashStepId(id)] });

describe("new steps", () => {
  it("runs one new step at once", async () => {
    const outcome = await callOnce(async ({ step }) => step.run({ id: "a", name: "A" }, () => 1));
    expect(outcome).toEqual({
      type: "step-ran",
      failure: null,
      text: expect.stringContaining('"op":"StepRun"'),
      operation: {
        id: hashStepId("a"),
        op: "StepRun",
        name: "a",
        opts: {},
        displayName: "A",
        userland: { id: "a" },
        data: 1,
        timing: { a: 1_700_000_000_000_000_000, b: 0 },
      },
    });
  });

  it("reports it when the engine says not to run", async () => {
    const outcome = await callOnce(async ({ step }) => step.run("a", () => 1), { disableImmediateExecution: true });
    expect(outcome).toMatchObject({ type: "steps-found", operations: [{ op: "StepPlanned", data: null }] });
  });

  it("reports several, found up to a few microtasks apart", async () => {
    const outcome = await callOnce(async ({ step }) =>
      Promise.all([
        step.run("a", () => 1),
        (async () => {
          for (let i = 0; i < 50; i++) await undefined;
          return step.sleep("b", "1m");
        })(),
      ]),
    );
    expect(outcome).toMatchObject({
      type: "steps-found",
      operations: [{ op: "StepPlanned" }, { op: "Sleep", name: "1m" }],
    });
  });

  it("gathers a thousand steps that appear one after the other without awaiting results", async () => {
    const outcome = await callOnce(async ({ step }) => {
      const all: Promise<unknown>[] = [];
      for (let i = 0; i < 1000; i++) {
        all.push(step.run(`s${i}`, () => i));
        await undefined;
      }
      return Promise.all(all);
    });
    expect(outcome.type === "steps-found" && outcome.operations.length).toBe(1000);
  });

  it("puts steps that nobody awaits before the result", async () => {
    const outcome = await callOnce(async ({ step }) => {
      void step.run("forgotten", () => 1);
      return "done";
    });
    expect(outcome).toMatchObject({ type: "step-ran", operation: { name: "forgotten" } });
  });

  it("finds un-awaited steps behind remembered ones", async () => {
    const handler: Handler = async ({ step }) => {
      void step.run("a", () => 1).then(() => step.run("b", () => 2));
      return "done";
    };
    expect(await callOnce(handler, remembered("a", 1))).toMatchObject({ type: "step-ran", operation: { name: "b" } });
  });

  it("takes an empty id", async () => {
    const outcome = await callOnce(async ({ step }) => step.run("", () => 1));
    expect(outcome).toMatchObject({ operation: { op: "StepRun", id: hashStepId(""), userland: { id: "" }, data: 1 } });
  });

  it("waits for work between steps, however long", async () => {
    const handler: Handler = async ({ step }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return step.run("a", () => 1);
    };
    expect(await callOnce(handler)).toMatchObject({ type: "step-ran" });
  });

  it("passes further arguments, and those that replace them", async () => {
    const handler: Handler = async ({ step }) => step.run("sum", (a: number, b: number) => a + b, 1, 2);
    expect(await callOnce(handler)).toMatchObject({ operation: { data: 3, opts: { input: [1, 2] } } });
    const steps = { [hashStepId("sum")]: { type: "input" as const, input: [10, 20] } };
    expect(await callOnce(handler, { steps })).toMatchObject({
      operation: { data: 30, opts: { input: [10, 20] } },
    });
  });

  it("counts repeated ids", async () => {
    const handler: Handler = async ({ step }) => [await step.run("x", () => 0), await step.run("x", () => 1)];
    expect(await callOnce(handler, remembered("x", 0))).toMatchObject({
      operation: { id: hashStepId("x:1"), userland: { id: "x", index: 1 } },
    });
  });

  it("refuses a step inside a step", async () => {
    const outcome = await callOnce(async ({ step }) => step.run("outer", () => step.run("inner", () => 1)));
    expect(outcome).toMatchObject({ type: "step-ran", operation: { op: "StepFailed" } });
    expect(JSON.stringify(outcome)).toContain('Step \\"inner\\" was called inside step \\"outer\\"');
  });

  it("ignores a function that fails while its step runs", async () => {
    let fail: (error: Error) => void = () => {};
    const outcome = await callOnce(async ({ step }) => {
      const failing = new Promise((_resolve, reject) => {
        fail = reject;
      });
      return Promise.race([
        failing,
        step.run("a", async () => {
          fail(new Error("elsewhere"));
          await new Promise((resolve) => setTimeout(resolve, 1));
          return 1;
        }),
      ]);
    });
    expect(outcome).toMatchObject({ type: "step-ran", operation: { op: "StepRun", data: 1 } });
  });
});

describe("memory", () => {
  it.each([
    [{ data: 1 }, 1],
    [{ type: "data" as const, data: { a: 1 } }, { a: 1 }],
    [null, null],
    [{ data: undefined }, null],
    ["bare" as never, "bare"],
    [{ other: true } as never, { other: true }],
    [{ data: 0 }, 0],
  ])("reads %j", async (memoized, expected) => {
    const outcome = await callOnce(async ({ step }) => ({ got: await step.run("a", () => "ran") }), {
      steps: { [hashStepId("a")]: memoized },
    });
    expect(outcome).toEqual({ type: "function-resolved", data: { got: expected } });
  });

  it("rejects with a StepError that carries the step's error and its cause", async () => {
    const error = {
      name: "RangeError",
      message: "too far",
      stack: "RangeError: too far\n  at x",
      cause: { name: "Error", message: "why" },
    };
    let caught: unknown;
    const handler: Handler = async ({ step }) => {
      try {
        await step.run("a", () => 1);
      } catch (thrown) {
        caught = thrown;
      }
    };
    expect(await callOnce(handler, { steps: { [hashStepId("a")]: { error } } })).toEqual({
      type: "function-resolved",
      data: null,
    });
    expect(caught).toBeInstanceOf(StepError);
    expect(caught).toMatchObject({
      name: "RangeError",
      message: "too far",
      stack: error.stack,
      stepId: "a",
      code: "step_failed",
    });
    expect((caught as Error).cause).toMatchObject({ name: "Error", message: "why" });
  });

  it("does not crash the process when a failed step is not awaited", async () => {
    const handler: Handler = async ({ step }) => {
      void step.run("a", () => 1);
      await new Promise((resolve) => setTimeout(resolve, 2));
      return "ok";
    };
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    expect(
      await callOnce(handler, { steps: { [hashStepId("a")]: { error: { name: "Error", message: "x" } } } }),
    ).toMatchObject({ data: "ok" });
    await new Promise((resolve) => setTimeout(resolve, 2));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe("failure", () => {
  const boom: Handler = async () => {
    throw new Error("boom");
  };
  const stepBoom: Handler = async ({ step }) =>
    step.run("a", () => {
      throw new Error("boom");
    });

  it.each([
    [0, 3, true],
    [1, 3, true],
    [2, 3, false],
    [0, 1, false],
    [7, undefined, true],
  ])("attempt %d of %s is to be retried: %s", async (attempt, maxAttempts, retriable) => {
    const context = { attempt, ...(maxAttempts === undefined ? {} : { maxAttempts }) };
    expect(await callOnce(boom, { context })).toMatchObject({ type: "function-rejected", failure: { retriable } });
    const op = retriable ? "StepError" : "StepFailed";
    expect(await callOnce(stepBoom, { context })).toMatchObject({
      type: "step-ran",
      failure: { retriable },
      operation: { op },
    });
  });

  it("NonRetriableError, also from another copy of an SDK, ends it", async () => {
    class Special extends NonRetriableError {
      override name = "Special";
    }
    const foreign = Object.assign(new Error("x"), { name: "NonRetriableError" });
    for (const error of [new NonRetriableError("x"), new Special("x"), foreign]) {
      const outcome = await callOnce(async () => {
        throw error;
      });
      expect(outcome).toMatchObject({ failure: { retriable: false } });
    }
  });

  it("RetryAfterError says when, unless it was the last attempt", async () => {
    const later: Handler = async ({ step }) =>
      step.run("a", () => {
        throw new RetryAfterError("later", 1500);
      });
    expect(await callOnce(later)).toMatchObject({
      operation: { op: "StepError" },
      failure: { retryAfter: "2", retriable: true },
    });
    const last = await callOnce(later, { context: { attempt: 0, maxAttempts: 1 } });
    expect(last).toMatchObject({ operation: { op: "StepFailed" }, failure: { retryAfter: null, retriable: false } });
  });

  it("an uncaught StepError ends the run, and a caught one does not", async () => {
    const handler: Handler = async ({ step }) => {
      await step.run("a", () => {
        throw new NonRetriableError("no");
      });
    };
    const { outcome } = await simulateRun(handler, () => 0);
    expect(outcome).toMatchObject({
      type: "function-rejected",
      failure: { retriable: false, error: { message: "no" } },
    });
    const caught = await simulateRun(
      async (context) => Promise.resolve(handler(context)).catch((e: Error) => e.message),
      () => 0,
    );
    expect(caught.outcome).toEqual({ type: "function-resolved", data: "no" });
  });

  it("a handler that throws without being async is a failure too", async () => {
    const outcome = await callOnce(() => {
      throw new Error("sync");
    });
    expect(outcome).toMatchObject({ type: "function-rejected", failure: { error: { message: "sync" } } });
  });
});

describe("a requested step", () => {
  const two: Handler = async ({ step }) => Promise.all([step.run("a", () => "a"), step.run("b", () => "b")]);

  it("is the only one to run", async () => {
    const outcome = await callOnce(two, { requestedStepId: hashStepId("b"), disableImmediateExecution: true });
    expect(outcome).toMatchObject({ type: "step-ran", operation: { name: "b", data: "b" } });
  });

  it("is found behind remembered steps", async () => {
    const handler: Handler = async ({ step }) => {
      await step.run("a", () => "a");
      return step.run("b", () => "b");
    };
    const outcome = await callOnce(handler, { ...remembered("a", 1), requestedStepId: hashStepId("b") });
    expect(outcome).toMatchObject({ type: "step-ran", operation: { name: "b" } });
  });

  it("that the function ends without is not looked for: what it ended with is told", async () => {
    const requestedStepId = hashStepId("gone");
    expect(await callOnce(async () => "done", { requestedStepId })).toEqual({
      type: "function-resolved",
      data: "done",
    });
    for (const [error, retriable] of [
      [new Error("no"), true],
      [new NonRetriableError("no"), false],
    ] as const) {
      const outcome = await callOnce(() => Promise.reject(error), { requestedStepId });
      expect(outcome).toMatchObject({ type: "function-rejected", failure: { error: { message: "no" }, retriable } });
    }
  });

  it("is given up after 10 s, listing at most 25 of what was found", async () => {
    vi.useFakeTimers();
    const many: Handler = async ({ step }) =>
      Promise.all(Array.from({ length: 30 }, (_, i) => step.run(`s${i}`, () => i)));
    const pending = callOnce(many, { requestedStepId: hashStepId("gone") });
    await vi.advanceTimersByTimeAsync(9_999);
    let done = false;
    void pending.then(() => {
      done = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    const outcome = await pending;
    expect(outcome).toMatchObject({ type: "step-not-found", totalFoundSteps: 30 });
    expect(outcome.type === "step-not-found" && outcome.foundSteps.length).toBe(25);
    expect(outcome.type === "step-not-found" && outcome.foundSteps[0]).toEqual({
      id: hashStepId("s0"),
      name: "s0",
      displayName: "s0",
    });
  });
});

describe("whole runs", () => {
  it("a sleep between steps", async () => {
    const { outcome, completed } = await simulateRun(
      async ({ step }) => {
        const a = await step.run("a", () => 1);
        await step.sleep("nap", "1h");
        return a + (await step.run("b", () => 2));
      },
      (pending: Operation[]) => pending.length - 1,
    );
    expect(outcome).toEqual({ type: "function-resolved", data: 3 });
    expect(completed).toEqual(["a", "nap", "b"]);
  });
});
