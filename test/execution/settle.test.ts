import { afterEach, describe, expect, it, vi } from "vitest";
import type { Handler } from "../../src/function/index.ts";
import { hashStepId } from "../../src/steps/index.ts";
import { callOnce } from "./simulate-run.ts";

const memo = { steps: { [hashStepId("a")]: { data: "a" } }, order: [hashStepId("a")] };

/** Work of the function's own. */
async function microtasks(count: number): Promise<string> {
  for (let i = 0; i < count; i++) await undefined;
  return `own work of ${count}`;
}

describe("a program is at rest", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.resetModules();
  });

  it.each([1, 30, 90, 5_000])(
    "when its own work of %d microtasks has ended, remembered steps before it",
    async (count) => {
      const race: Handler = async ({ step }) => Promise.race([step.run("a", () => "a"), microtasks(count)]);
      await callOnce(race, memo);
      expect(await callOnce(race, memo)).toEqual({ type: "function-resolved", data: `own work of ${count}` });
    },
  );

  it("when a step that its own work leads to has been called", async () => {
    const late: Handler = async ({ step }) =>
      Promise.all([microtasks(5_000).then(() => step.run("b", () => 0)), step.run("c", () => 0)]);
    const outcome = await callOnce(late);
    expect(outcome).toMatchObject({ type: "steps-found", operations: [{ name: "c" }, { name: "b" }] });
  });

  it("though a test's clock has replaced the timers", async () => {
    const linear: Handler = async ({ step }) => [await step.run("a", () => 0), await step.run("b", () => "b")];
    await callOnce(linear, memo);
    // What fake timers put in its place calls back when the test says so, and carries their clock.
    Object.assign(vi.spyOn(process, "nextTick").mockReturnValue(undefined), { clock: {} });
    expect(await callOnce(linear, memo)).toMatchObject({ type: "step-ran", operation: { name: "b", data: "b" } });
  });

  it.each([
    ["calls back before other microtasks", (callback: () => void) => queueMicrotask(callback), false],
    ["calls back after them", process.nextTick.bind(process), true],
  ])("by the runtime's word only when it has been found true: nextTick %s", async (_what, nextTick, isTrue) => {
    vi.spyOn(process, "nextTick").mockImplementation(nextTick);
    const { microtasksEnd, settle } = await import("../../src/execution/settle.ts");
    expect(microtasksEnd()).toBeNull();
    await settle(1, () => 0);
    expect(microtasksEnd() !== null).toBe(isTrue);
  });
});
