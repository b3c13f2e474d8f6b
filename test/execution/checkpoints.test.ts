import { afterEach, describe, expect, it, vi } from "vitest";
import type { CheckpointResult, Checkpoints } from "../../src/execution/index.ts";
import type { Handler } from "../../src/function/index.ts";
import type { Operation } from "../../src/protocol/index.ts";
import { hashStepId } from "../../src/steps/index.ts";
import { callOnce } from "./simulate-run.ts";

afterEach(() => vi.useRealTimers());

/** Checkpoints whose saving is written down; `results` says what becomes of each, in order, and `"saved"` after that. */
function recording(settings: Partial<Checkpoints> = {}, ...results: CheckpointResult[]) {
  const saved: Operation[][] = [];
  const checkpoints: Checkpoints = {
    bufferedSteps: 1,
    maxIntervalMs: 0,
    maxRuntimeMs: 0,
    save: async (texts) => {
      saved.push(texts.map((text) => JSON.parse(text) as Operation));
      return results.shift() ?? "saved";
    },
    ...settings,
  };
  return { checkpoints, saved, names: () => saved.map((batch) => batch.map(({ name }) => name)) };
}

const three: Handler = async ({ step }) => {
  const a = await step.run("a", () => 1);
  const b = await step.run("b", () => a + 1);
  return step.run("c", () => a + b);
};

describe("a call that makes checkpoints", () => {
  it("saves each step and goes on in the same call", async () => {
    const { checkpoints, saved, names } = recording();
    expect(await callOnce(three, { checkpoints })).toEqual({ type: "run-complete", data: 3, unsaved: [] });
    expect(names()).toEqual([["a"], ["b"], ["c"]]);
    expect(saved[0]?.[0]).toEqual({
      id: hashStepId("a"),
      op: "StepRun",
      name: "a",
      opts: {},
      displayName: "a",
      userland: { id: "a" },
      data: 1,
      timing: { a: 1_700_000_000_000_000_000, b: 0 },
    });
  });

  it("saves several at once, and puts the rest before the end", async () => {
    const { checkpoints, names } = recording({ bufferedSteps: 2 });
    const outcome = await callOnce(three, { checkpoints });
    expect(names()).toEqual([["a", "b"]]);
    expect(outcome).toMatchObject({ type: "run-complete", data: 3, unsaved: [expect.stringContaining('"name":"c"')] });
  });

  it("gives user code what a later call would get from memory", async () => {
    const { checkpoints } = recording();
    const outcome = await callOnce(
      async ({ step }) => [
        await step.run("date", () => ({ at: new Date(0), gone: undefined })),
        await step.run("nothing", () => undefined),
      ],
      { checkpoints },
    );
    expect(outcome).toMatchObject({ data: [{ at: "1970-01-01T00:00:00.000Z" }, null] });
  });

  it("does two thousand steps with one walk through the function, and one request for each checkpoint", async () => {
    const steps = 2_000;
    for (const bufferedSteps of [1, 100]) {
      const { checkpoints, saved } = recording({ bufferedSteps });
      let handlers = 0;
      let ran = 0;
      const outcome = await callOnce(
        async ({ step }) => {
          handlers++;
          let sum = 0;
          for (let i = 0; i < steps; i++) {
            sum = await step.run(i % 2 === 0 ? `s${i}` : "again", () => {
              ran++;
              return sum + 1;
            });
          }
          return sum;
        },
        { checkpoints },
      );
      expect(outcome).toMatchObject({ type: "run-complete", data: steps });
      expect([handlers, ran, saved.length]).toEqual([1, steps, steps / bufferedSteps]);
      expect(saved.every((batch) => batch.length === bufferedSteps)).toBe(true);
    }
  });

  it("saves what it has before it reports steps for the engine, in parallel or not", async () => {
    const { checkpoints, names } = recording({ bufferedSteps: 10 });
    const outcome = await callOnce(
      async ({ step }) => {
        await step.run("a", () => 1);
        await Promise.all([step.run("b", () => 2), step.sleep("nap", "1s")]);
      },
      { checkpoints },
    );
    expect(names()).toEqual([["a"]]);
    expect(outcome).toMatchObject({ type: "steps-found", operations: [{ name: "b" }, { op: "Sleep" }] });
  });

  it("saves what it has before it reports a failed step or function", async () => {
    for (const inStep of [true, false]) {
      const { checkpoints, names } = recording({ bufferedSteps: 10 });
      const outcome = await callOnce(
        async ({ step }) => {
          await step.run("a", () => 1);
          const fail = (): never => {
            throw new Error("no");
          };
          return inStep ? step.run("b", fail) : fail();
        },
        { checkpoints },
      );
      expect(names()).toEqual([["a"]]);
      expect(outcome).toMatchObject(
        inStep ? { type: "step-ran", operation: { op: "StepError" } } : { type: "function-rejected" },
      );
    }
  });

  it("answers with what could not be saved, and does not begin another step", async () => {
    const { checkpoints, names } = recording({}, "saved", "failed");
    const outcome = await callOnce(three, { checkpoints });
    expect(outcome).toEqual({ type: "checkpoint-failed", unsaved: [expect.stringContaining('"name":"b"')] });
    expect(names()).toEqual([["a"], ["b"]]);
  });

  it("stops when another call has taken the run over", async () => {
    const { checkpoints, names } = recording({}, "saved", "stale");
    expect(await callOnce(three, { checkpoints })).toEqual({ type: "stale" });
    expect(names()).toEqual([["a"], ["b"]]);
  });

  it("ends with its first step when it is a retry", async () => {
    const { checkpoints, names } = recording();
    const outcome = await callOnce(three, { checkpoints, context: { attempt: 1 } });
    expect(outcome).toMatchObject({ type: "step-ran", operation: { op: "StepRun", name: "a" } });
    expect(names()).toEqual([]);
  });

  it("begins no step after its longest time, and says what comes next", async () => {
    let nowMs = 1_000;
    const { checkpoints, names } = recording({ maxRuntimeMs: 10_000 });
    const outcome = await callOnce(
      async ({ step }) => {
        for (const id of ["a", "b", "c"]) {
          await step.run(id, () => {
            nowMs += 5_000;
          });
        }
      },
      { checkpoints, now: () => nowMs },
    );
    expect(names()).toEqual([["a"], ["b"]]);
    expect(outcome).toMatchObject({ type: "steps-found", operations: [{ op: "StepPlanned", name: "c" }] });
  });

  it("begins its first step after a replay, however long that took, but not after work of its own", async () => {
    let nowMs = 1_000;
    const now = (): number => {
      nowMs += 10;
      return nowMs;
    };
    const once = { steps: { [hashStepId("a")]: { data: 1 } }, order: [hashStepId("a")] };
    const replay = recording({ maxRuntimeMs: 1 });
    expect(await callOnce(three, { ...once, checkpoints: replay.checkpoints, now })).toMatchObject({
      operations: [{ op: "StepPlanned", name: "c" }],
    });
    expect(replay.names()).toEqual([["b"]]);
    const late: Handler = async (context) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return three(context);
    };
    expect(
      await callOnce(late, { ...once, checkpoints: recording({ maxRuntimeMs: 1 }).checkpoints, now }),
    ).toMatchObject({ operations: [{ op: "StepPlanned", name: "b" }] });
  });

  it("saves by the clock while a step takes long", async () => {
    vi.useFakeTimers();
    const { checkpoints, names } = recording({ bufferedSteps: 10, maxIntervalMs: 1_000 });
    const pending = callOnce(
      async ({ step }) => {
        await step.run("a", () => 1);
        await step.run("b", () => 2);
        await step.run("long", () => new Promise((resolve) => setTimeout(() => resolve(3), 5_000)));
      },
      { checkpoints },
    );
    await vi.advanceTimersByTimeAsync(999);
    expect(names()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(names()).toEqual([["a", "b"]]);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(await pending).toMatchObject({ type: "run-complete", unsaved: [expect.stringContaining("long")] });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("sets no timer without an interval", async () => {
    vi.useFakeTimers();
    const { checkpoints } = recording({ bufferedSteps: 10 });
    await callOnce(three, { checkpoints });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("waits for the checkpoint that is under way before it ends", async () => {
    vi.useFakeTimers();
    let end: (result: CheckpointResult) => void = () => {};
    const { checkpoints } = recording({
      bufferedSteps: 10,
      maxIntervalMs: 10,
      save: () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    });
    const pending = callOnce(
      async ({ step }) => {
        await step.run("a", () => 1);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return "end";
      },
      { checkpoints },
    );
    let outcome: unknown = null;
    void pending.then((value) => {
      outcome = value;
    });
    await vi.advanceTimersByTimeAsync(60);
    expect(outcome).toBeNull();
    end("saved");
    expect(await pending).toEqual({ type: "run-complete", data: "end", unsaved: [] });
  });

  it("fails a step for good whose result JSON cannot hold", async () => {
    const { checkpoints, names } = recording();
    const outcome = await callOnce(async ({ step }) => step.run("big", () => 1n), { checkpoints });
    expect(outcome).toMatchObject({ type: "step-ran", operation: { op: "StepFailed" }, failure: { retriable: false } });
    expect(names()).toEqual([]);
  });

  it("goes on with what was called while a step ran", async () => {
    const { checkpoints, names } = recording();
    const outcome = await callOnce(
      async ({ step }) =>
        Promise.all([
          step.run("a", () => new Promise((resolve) => setTimeout(() => resolve(1), 10))),
          (async () => {
            await new Promise((resolve) => setTimeout(resolve, 2));
            return step.run("late", () => 2);
          })(),
        ]),
      { checkpoints },
    );
    expect(outcome).toMatchObject({ type: "run-complete", data: [1, 2] });
    expect(names()).toEqual([["a"], ["late"]]);
  });
});
