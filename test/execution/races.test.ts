import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Context, Handler } from "../../src/function/index.ts";
import { hashStepId } from "../../src/steps/index.ts";
import { runs } from "../helpers/runs.ts";
import { callOnce, simulateRun } from "./simulate-run.ts";

const memo = (...ids: string[]) => ({
  steps: Object.fromEntries(ids.map((id) => [hashStepId(id), { data: id }])),
  order: ids.map(hashStepId),
});

/** Where the runtime does not tell when microtasks end, they are counted. */
const countMicrotasks = (by: string): void => {
  const nextTick = process.nextTick as { clock?: object };
  beforeAll(() => {
    if (by === "counted") nextTick.clock = {};
  });
  afterAll(() => {
    delete nextTick.clock;
  });
};

describe.each(["seen to end", "counted"])("races replay the way they went, microtasks %s", (by) => {
  countMicrotasks(by);

  const race: Handler = async ({ step }) =>
    Promise.race([
      (async () => {
        await step.run("a", () => "a");
        return 1;
      })(),
      step.run("b", () => "b"),
    ]);

  it("a branch that goes on after its step wins when its step was first", async () => {
    expect(await callOnce(race, memo("a", "b"))).toEqual({ type: "function-resolved", data: 1 });
  });

  it("and loses when its step was second", async () => {
    expect(await callOnce(race, memo("b", "a"))).toEqual({ type: "function-resolved", data: "b" });
  });

  it("goes by the order of the keys when there is no stack", async () => {
    expect(await callOnce(race, { steps: memo("b", "a").steps })).toEqual({ type: "function-resolved", data: "b" });
  });

  it("passes over remembered steps that the code does not call", async () => {
    const result = await callOnce(race, memo("gone", "b", "gone-too", "a"));
    expect(result).toEqual({ type: "function-resolved", data: "b" });
  });

  it("answers a step that is called late, after others have been answered", async () => {
    const late: Handler = async ({ step }) => {
      const b = await step.run("b", () => 0);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return [b, await step.run("a", () => 0)];
    };
    expect(await callOnce(late, memo("a", "b"))).toEqual({ type: "function-resolved", data: ["b", "a"] });
  });
});

describe("a function that has returned", () => {
  it("leaves behind what it only waited for, what lost its race and what is under way", async () => {
    const handler: Handler = async ({ step, group }) => {
      void step.sleep("nap", "1h");
      void step.waitForEvent("event", { event: "x", timeout: "1h" });
      void step.waitForSignal("signal", { signal: "x", timeout: "1h" });
      void step.run("under-way", () => 1);
      return group.parallel(() => Promise.race([Promise.resolve("done"), step.invoke("loser", { function: "app-f" })]));
    };
    const pending = [hashStepId("under-way")];
    expect(await callOnce(handler, { pending })).toEqual({ type: "function-resolved", data: "done" });
    expect(await callOnce(handler)).toMatchObject({ type: "step-ran", operation: { displayName: "under-way" } });
  });

  it("gives its result at once when it is asked for by a step that is not under way", async () => {
    const ask = { requestedStepId: hashStepId("none"), pending: [hashStepId("a")] };
    const returned: Handler = async ({ step }) => {
      void step.run("a", () => 1);
      return "done";
    };
    expect(await callOnce(returned, ask)).toEqual({ type: "function-resolved", data: "done" });
    const waiting: Handler = async ({ step }) => step.run("a", () => 1);
    expect(await callOnce(waiting, ask)).toMatchObject({ type: "step-not-found", totalFoundSteps: 1 });
  });
});

/** A program of branches; each does steps and waits a few microtasks between them. All race and all are awaited. */
interface Branch {
  steps: number;
  ticks: number;
}

const branches = fc.array(fc.record({ steps: fc.integer({ min: 1, max: 3 }), ticks: fc.integer({ min: 0, max: 8 }) }), {
  minLength: 2,
  maxLength: 4,
});
const picks = fc.array(fc.nat(20), { minLength: 30, maxLength: 30 });

async function branch(step: Context["step"], number: number, { steps, ticks }: Branch, log: string[]): Promise<number> {
  for (let i = 0; i < steps; i++) {
    await step.run(`${number}.${i}`, () => i);
    for (let t = 0; t < ticks; t++) await undefined;
    log.push(`${number}.${i}`);
  }
  return number;
}

describe.each(["seen to end", "counted"])("for any program of branches, microtasks %s", (by) => {
  countMicrotasks(by);

  it("the last replay goes through the steps in the order in which they completed, and all end", async () => {
    await fc.assert(
      fc.asyncProperty(branches, picks, async (program, choices) => {
        let log: string[] = [];
        const handler: Handler = async ({ step }) => {
          log = [];
          const running = program.map((one, number) => branch(step, number, one, log));
          const winner = await Promise.race(running);
          await Promise.all(running);
          return winner;
        };
        let next = 0;
        const { outcome, completed } = await simulateRun(handler, () => choices[next++ % choices.length] as number);
        expect(log).toEqual(completed);
        const ends = program.map(({ steps }, number) => completed.indexOf(`${number}.${steps - 1}`));
        expect(outcome).toEqual({ type: "function-resolved", data: ends.indexOf(Math.min(...ends)) });
      }),
      { numRuns: runs(50) },
    );
  });

  it("each step's function runs exactly once", async () => {
    await fc.assert(
      fc.asyncProperty(branches, picks, async (program, choices) => {
        const ran: string[] = [];
        const handler: Handler = async ({ step }) =>
          Promise.all(
            program.map(async ({ steps }, number) => {
              for (let i = 0; i < steps; i++) await step.run(`${number}.${i}`, () => void ran.push(`${number}.${i}`));
            }),
          );
        let next = 0;
        const { completed } = await simulateRun(handler, () => choices[next++ % choices.length] as number);
        expect(ran).toEqual(completed);
        expect(new Set(ran).size).toBe(program.reduce((sum, { steps }) => sum + steps, 0));
      }),
      { numRuns: runs(30) },
    );
  });

  it("replaying twice gives the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(["a", "b", "c", "d"], { minLength: 4 }), async (order) => {
        const handler: Handler = async ({ step }) => {
          const seen: string[] = [];
          await Promise.all(["a", "b", "c", "d"].map((id) => step.run(id, () => id).then((value) => seen.push(value))));
          return seen;
        };
        expect(await callOnce(handler, memo(...order))).toEqual({ type: "function-resolved", data: order });
      }),
      { numRuns: runs(20) },
    );
  });
});
