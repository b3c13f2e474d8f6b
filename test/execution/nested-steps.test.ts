import { describe, expect, it } from "vitest";
import { callOnce } from "./simulate-run.ts";

describe("nested steps", () => {
  it("are refused, and both are named", async () => {
    const outcome = await callOnce(async ({ step }) => step.run("outer", () => step.run("inner", () => 1)));
    const message = expect.stringContaining('Step "inner" was called inside step "outer"');
    expect(outcome).toMatchObject({ type: "step-ran", operation: { op: "StepFailed", error: { message } } });
  });

  it("are warned of when they come after the outer step's first await", async () => {
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const logger = { debug() {}, info() {}, warn, error() {} };
    await callOnce(
      async ({ step }) =>
        step.run("outer", async () => {
          await undefined;
          void step.run("inner", () => 1);
        }),
      { context: { logger } },
    );
    expect(warnings).toEqual([expect.stringContaining('Step "inner" was called while step "outer" runs')]);
  });
});
