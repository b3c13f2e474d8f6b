import { describe, expect, it } from "vitest";
import type { Retries } from "../../src/duration/backoff.ts";
import { NonRetriableError, RetryAfterError } from "../../src/index.ts";
import { type CallOverrides, callOnce } from "./simulate-run.ts";

function failing(retries: Retries | undefined, overrides: CallOverrides = {}, error: unknown = new Error("no")) {
  return callOnce(
    async ({ step }) =>
      step.run({ id: "a", ...(retries === undefined ? {} : { retries }) }, () => {
        throw error;
      }),
    overrides,
  );
}

describe("retries of one step", () => {
  it.each([
    [0, 0, 5, "StepFailed"],
    [1, 0, 5, "StepError"],
    [1, 1, 5, "StepFailed"],
    [{ attempts: 2 }, 1, 5, "StepError"],
    [{ attempts: 2 }, 2, 5, "StepFailed"],
    [4, 4, 5, "StepFailed"],
    [{ backoff: [1] }, 3, 5, "StepError"],
    [{ backoff: [1] }, 4, 5, "StepFailed"],
    [undefined, 4, 5, "StepFailed"],
  ])("with %j, attempt %d of %d ends as they say", async (retries, attempt, maxAttempts, op) => {
    const outcome = await failing(retries, { context: { attempt, maxAttempts } });
    expect(outcome).toMatchObject({ type: "step-ran", operation: { op }, failure: { retriable: op === "StepError" } });
  });

  it("travel with the step, whether it is planned or has run", async () => {
    expect(await failing(3)).toMatchObject({ operation: { opts: { retries: { attempts: 3 } } } });
    const planned = await failing({ attempts: 2, backoff: [5] }, { disableImmediateExecution: true });
    expect(planned).toMatchObject({ operations: [{ op: "StepPlanned", opts: { retries: { attempts: 2 } } }] });
    expect(await failing({ backoff: [5] })).toMatchObject({ operation: { opts: {} } });
  });

  it("beyond those of the function are told to the engine before the first attempt", async () => {
    const outcome = await failing(3, { context: { attempt: 0, maxAttempts: 2 } });
    expect(outcome).toMatchObject({
      type: "steps-found",
      operations: [{ op: "StepPlanned", opts: { retries: { attempts: 3 } } }],
    });
  });
});

describe("a step that fails", () => {
  it("with arguments that are no JSON tells of its error without them", async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const outcome = await callOnce(({ step }) =>
      step.run(
        "a",
        (_given: object) => {
          throw new TypeError("why");
        },
        circular,
      ),
    );
    expect(outcome).toMatchObject({ type: "step-ran", operation: { op: "StepError", opts: {} } });
    const { text } = outcome as unknown as { text: string };
    expect(JSON.parse(text)).toMatchObject({ op: "StepError", error: { name: "TypeError", message: "why" } });
  });
});

describe("delays between attempts", () => {
  const delays: [Retries, number, string | null][] = [
    [{ backoff: { initial: "2s", factor: 3 } }, 0, "2"],
    [{ backoff: { initial: "2s", factor: 3 } }, 2, "18"],
    [{ backoff: { initial: 1000, factor: 10, max: "30s" } }, 3, "30"],
    [{ backoff: [500, "1m"] }, 0, "1"],
    [{ backoff: [500, "1m"] }, 7, "60"],
    [{ backoff: (attempt, error) => (attempt + 1) * (error as Error).message.length * 1000 }, 1, "4"],
    [{ backoff: () => null }, 0, null],
    [5, 0, null],
  ];

  it.each(delays)("%j after attempt %d: %s s", async (retries, attempt, seconds) => {
    const outcome = await failing(retries, { context: { attempt } });
    expect(outcome).toMatchObject({ failure: { retryAfter: seconds } });
  });

  it("are the function's where a step has none of its own", async () => {
    expect(await failing(undefined, { backoff: [7000] })).toMatchObject({ failure: { retryAfter: "7" } });
    expect(await failing({ backoff: [1000] }, { backoff: [7000] })).toMatchObject({ failure: { retryAfter: "1" } });
    const fails = (): never => {
      throw new Error("no");
    };
    expect(await callOnce(fails, { backoff: [7000] })).toMatchObject({ failure: { retryAfter: "7" } });
  });

  it("give way to RetryAfterError, and to errors that end it", async () => {
    const later = new RetryAfterError("later", "9s");
    expect(await failing({ backoff: [1000] }, {}, later)).toMatchObject({ failure: { retryAfter: "9" } });
    const never = await failing({ backoff: [1000] }, {}, new NonRetriableError("never"));
    expect(never).toMatchObject({ failure: { retryAfter: null, retriable: false } });
  });

  it("are the engine's when the user's cannot be had, which is logged", async () => {
    const errors: string[] = [];
    const logger = { debug() {}, info() {}, warn() {}, error: (text: string) => void errors.push(text) };
    const backoff = (): never => {
      throw new Error("broken");
    };
    expect(await failing({ backoff }, { context: { logger } })).toMatchObject({ failure: { retryAfter: null } });
    expect(errors).toContainEqual(expect.stringContaining('The backoff of step "a" failed: Error: broken'));
  });
});
