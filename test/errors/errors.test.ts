import { describe, expect, it } from "vitest";
import {
  deserializeError,
  isNonRetriableError,
  isStepError,
  messageOf,
  retryAfterOf,
  StepwellError,
} from "../../src/errors/index.ts";
import {
  EventValidationError,
  NonRetriableError,
  RetryAfterError,
  StepError,
  serializeError,
} from "../../src/index.ts";

describe("serializeError", () => {
  it("keeps name, message, stack, an own code and causes, in that order", () => {
    const error = Object.assign(new TypeError("bad", { cause: new RangeError("root") }), { code: "E_BAD" });
    const serialized = serializeError(error);
    expect(Object.keys(serialized)).toEqual(["name", "message", "stack", "code", "cause", "__serialized"]);
    expect(serialized).toMatchObject({
      name: "TypeError",
      message: "bad",
      code: "E_BAD",
      cause: { name: "RangeError", message: "root" },
    });
    expect(serialized.stack).toContain("TypeError: bad");
  });

  it("does not send the SDK's own codes", () => {
    expect(serializeError(new NonRetriableError("x"))).not.toHaveProperty("code");
    expect(JSON.stringify(new RetryAfterError("x", "1s"))).not.toContain("retry_after");
  });

  it("leaves out a code that is no text", () => {
    expect(serializeError(Object.assign(new Error("x"), { code: 5 }))).not.toHaveProperty("code");
    expect(serializeError(new Error("x", { cause: null }))).not.toHaveProperty("cause");
  });

  it("goes five causes deep and no further, cycles included", () => {
    const cyclic = new Error("loop");
    cyclic.cause = cyclic;
    let depth = 0;
    for (let at: unknown = serializeError(cyclic); (at as { cause?: unknown }).cause !== undefined; depth++)
      at = (at as { cause: unknown }).cause;
    expect(depth).toBe(5);
  });

  it.each([
    ["text", "text"],
    [5, "5"],
    [null, "null"],
    [undefined, "undefined"],
    [{ a: 1 }, '{"a":1}'],
    [Symbol("s"), "Symbol(s)"],
    [1n, "1"],
    ["{not json", "{not json"],
    ['{"a":1}', '{"a":1}'],
  ])("makes an error of %s", (thrown, message) => {
    expect(serializeError(thrown)).toMatchObject({ name: "Error", message, __serialized: true });
  });

  it("copes with what cannot be written at all", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    expect(serializeError(cyclic).message).toBe("[object Object]");
    expect(serializeError(Object.create(null, { toJSON: { value: () => undefined } })).message).toBe("[object Object]");
    const odd = Object.assign(new Error("x"), { name: "", message: { a: 1 } });
    odd.stack = undefined as never;
    expect(serializeError(odd)).toMatchObject({ name: "Error", message: '{"a":1}', stack: "" });
    expect(serializeError(new Error("x", { cause: cyclic })).cause).toBe("[object Object]");
    expect(serializeError(new Error("x", { cause: { a: 1 } })).cause).toEqual({ a: 1 });
    const causes = ["why", 5, Number.NaN, 5n, true, false];
    const kept = causes.map((cause) => serializeError(new Error("x", { cause })).cause);
    expect(kept).toEqual(["why", 5, "NaN", "5", true, false]);
  });

  it("passes what is serialized already, also as text", () => {
    const serialized = serializeError(new Error("once"));
    expect(serializeError(serialized)).toBe(serialized);
    expect(serializeError(JSON.stringify(serialized))).toEqual(serialized);
  });
});

describe("deserializeError", () => {
  it.each([EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, NonRetriableError])(
    "rebuilds %o",
    (Class) => {
      const back = deserializeError(serializeError(new Class("m")));
      expect(back).toBeInstanceOf(Class);
      expect(back).toMatchObject({ name: Class.name, message: "m" });
    },
  );

  it("keeps other names, stacks and causes", () => {
    class Custom extends Error {
      override name = "Custom";
    }
    const error = new Custom("m", { cause: new Error("why") });
    const back = deserializeError(serializeError(error));
    expect(back).toMatchObject({ name: "Custom", message: "m", stack: error.stack });
    expect(back.cause).toMatchObject({ message: "why" });
    expect(deserializeError({ message: "m", cause: "why" }).cause).toBe("why");
    for (const cause of [{ z: 1, a: 2 }, ["a"], { code: 5 }]) {
      const deep = { message: "top", cause: { message: "middle", cause } };
      expect(deserializeError({ message: "m", cause }).cause).toEqual(cause);
      expect(deserializeError(deep).cause).toMatchObject({ message: "middle", cause });
      expect(new StepError("s", deep).cause).toMatchObject({ message: "middle", cause });
    }
  });

  it.each([
    [undefined, "Unknown error"],
    [null, "Unknown error"],
    ["text", "text"],
    [{}, "Unknown error"],
    [{ error: "e" }, "e"],
    [{ message: "", error: "" }, "Unknown error"],
    [{ message: "m", error: "e", name: 5, stack: 5 }, "m"],
  ])("copes with %j", (value, message) => {
    expect(deserializeError(value)).toMatchObject({ name: "Error", message });
  });

  it("is not led astray by names of Object's own", () => {
    expect(deserializeError({ name: "constructor", message: "m" })).toMatchObject({
      name: "constructor",
      message: "m",
    });
  });

  it("stops at five causes", () => {
    const deep = Array.from({ length: 10 }).reduce<unknown>((cause) => ({ message: "m", cause }), undefined);
    let depth = 0;
    for (let at = deserializeError(deep) as { cause?: unknown }; at.cause instanceof Error; depth++)
      at = at.cause as { cause?: unknown };
    expect(depth).toBe(5);
  });
});

describe("classes", () => {
  it("RetryAfterError writes the header", () => {
    expect(new RetryAfterError("x", 1001).retryAfter).toBe("2");
    expect(new RetryAfterError("x", "5m").retryAfter).toBe("300");
    expect([0, -1].map((ms) => new RetryAfterError("x", ms).retryAfter)).toEqual(["0", "0"]);
    expect(new RetryAfterError("x", new Date(0)).retryAfter).toBe("1970-01-01T00:00:00.000Z");
    expect(() => new RetryAfterError("x", new Date(Number.NaN))).toThrow("invalid Date");
    expect(() => new RetryAfterError("x", "-1s" as never)).toThrow("not a length of time");
    expect(retryAfterOf(Object.assign(new Error(), { name: "RetryAfterError", retryAfter: "9" }))).toBe("9");
    expect([retryAfterOf(new Error("x")), retryAfterOf(null), retryAfterOf("x")]).toEqual([null, null, null]);
  });

  it("carry code, retryable and cause", () => {
    const cause = new Error("why");
    expect(new NonRetriableError("x", { cause })).toMatchObject({ code: "non_retriable", retryable: false, cause });
    expect(new RetryAfterError("x", 1, { cause })).toMatchObject({ code: "retry_after", retryable: true, cause });
    expect("cause" in new NonRetriableError("x")).toBe(false);
    expect(new StepwellError("x", { code: "send_failed", retryable: true }).retryable).toBe(true);
  });

  it("StepError takes over the step's error", () => {
    const error = new StepError("s", { name: "RangeError", message: "m", cause: "text" });
    expect(error).toMatchObject({ stepId: "s", name: "RangeError", message: "m", cause: "text" });
    expect(new StepError("s", { message: "m", cause: { message: "why" } }).cause).toBeInstanceOf(Error);
    expect("cause" in new StepError("s", "text")).toBe(false);
  });

  it("StepError says on the wire which step failed, and an error rebuilt from there too", () => {
    const error = new StepError("charge", { name: "TypeError", message: "m", stack: "at x" });
    expect(error.stack).toBe("at x");
    const wire = JSON.parse(JSON.stringify(serializeError(error)));
    expect(wire).toMatchObject({ name: "TypeError", message: "m", stepId: "charge" });
    expect(deserializeError(wire)).toMatchObject({ name: "TypeError", stepId: "charge" });
    expect(serializeError(new Error("x"))).not.toHaveProperty("stepId");
    expect(serializeError(Object.assign(new Error("x"), { stepId: 5 }))).not.toHaveProperty("stepId");
    expect(deserializeError({ message: "x", stepId: 5 })).not.toHaveProperty("stepId");
  });

  it("EventValidationError is one that is not retried", () => {
    const error = new EventValidationError("id: Required", { cause: [1] });
    expect([isNonRetriableError(error), error.name, error.cause]).toEqual([true, "EventValidationError", [1]]);
  });

  it("are recognised across copies of the package", () => {
    expect([
      isNonRetriableError(new NonRetriableError("x")),
      isNonRetriableError({ name: "NonRetriableError" }),
    ]).toEqual([true, true]);
    expect([isNonRetriableError(new Error("x")), isNonRetriableError(null), isNonRetriableError("x")]).toEqual([
      false,
      false,
      false,
    ]);
    expect([isStepError(new StepError("s", "x")), isStepError(new Error("x")), isStepError(null)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    [new Error("why"), "why"],
    ["text", "text"],
    [null, "null"],
    [5, "5"],
  ])("of %s it is told what it says", (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});
