import { expect, it } from "vitest";
import {
  EventValidationError,
  isNonRetriableError,
  isStepError,
  NonRetriableError,
  RetryAfterError,
  retryAfterOf,
  StepError,
  StepwellError,
} from "../../src/errors/index.ts";
import { Inngest, InngestMiddleware } from "../../src/index.ts";

/** Classes as another package has them, which knows nothing of this one. */
function published() {
  class NonRetriableError extends Error {}
  class StepError extends Error {
    readonly stepId = "s";
  }
  class RetryAfterError extends Error {
    readonly retryAfter = "5";
  }
  class Refused extends NonRetriableError {}
  return { NonRetriableError, StepError, RetryAfterError, Refused };
}

const other = published();
const named = (error: Error, name: string): Error => Object.assign(error, { name });

it("errors of the published SDK's classes are instances, and are followed as such", () => {
  const refused = named(new other.Refused("x"), "Refused");
  expect([refused instanceof NonRetriableError, isNonRetriableError(refused)]).toEqual([true, true]);
  expect(named(new Error("x"), "NonRetriableError") instanceof NonRetriableError).toBe(true);
  expect([new other.StepError("x") instanceof StepError, isStepError(new other.StepError("x"))]).toEqual([true, true]);
  expect([
    new other.RetryAfterError("x") instanceof RetryAfterError,
    retryAfterOf(new other.RetryAfterError("x")),
  ]).toEqual([true, "5"]);
});

it("a StepError that is named after a NonRetriableError is none", () => {
  for (const error of [
    new StepError("s", new NonRetriableError("x")),
    named(new other.StepError("x"), "NonRetriableError"),
  ]) {
    expect(error.name).toBe("NonRetriableError");
    expect([error instanceof NonRetriableError, isNonRetriableError(error)]).toEqual([false, false]);
  }
});

it("what users derive has its own instances alone", () => {
  class Mine extends NonRetriableError {}
  class MyClient extends Inngest {}
  expect([new Mine("x") instanceof Mine, new NonRetriableError("x") instanceof Mine]).toEqual([true, false]);
  expect([new other.NonRetriableError("x") instanceof Mine, new Inngest({ id: "a" }) instanceof MyClient]).toEqual([
    false,
    false,
  ]);
  expect([isNonRetriableError(new Mine("x")), new Mine("x") instanceof StepwellError]).toEqual([true, true]);
  class Busy extends RetryAfterError {
    override readonly name = "Busy";
  }
  expect(retryAfterOf(new Busy("x", 5_000))).toBe("5");
});

it("an error's own classes stay apart", () => {
  expect(new NonRetriableError("x") instanceof EventValidationError).toBe(false);
  expect(new EventValidationError("x") instanceof NonRetriableError).toBe(true);
  for (const value of [null, undefined, "x", {}, Object.create(null), new Error("x")]) {
    expect([value instanceof NonRetriableError, value instanceof StepwellError, isStepError(value)]).toEqual([
      false,
      false,
      false,
    ]);
  }
});

it("clients and middleware of other copies are instances by their brands", () => {
  const client = { [Symbol.toStringTag]: "Inngest.App" };
  const middleware = { [Symbol.toStringTag]: "Inngest.Middleware" };
  expect([client instanceof Inngest, middleware instanceof InngestMiddleware]).toEqual([true, true]);
  expect([middleware instanceof Inngest, client instanceof InngestMiddleware]).toEqual([false, false]);
});
