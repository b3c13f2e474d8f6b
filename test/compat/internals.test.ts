import { expect, it } from "vitest";
import { errors, InngestExecution, InngestExecutionEngine, ServerTiming, types } from "../../src/compat/internals.ts";
import { Inngest } from "../../src/index.ts";

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const client = new Inngest({ id: "app", isDev: true, logger });
const event = { id: "e", name: "x", ts: 1, data: {} };
const data = { event, events: [event] };

const fn = client.createFunction({ id: "f", triggers: { event: "x" } }, async ({ step }) => {
  const rate = await step.run("rate", () => 2);
  await step.sleep("pause", "1h");
  const answer = await step.waitForEvent("answer", { event: "y", timeout: "1h" });
  return { rate, answer: answer?.data };
});

async function start(options: object): Promise<Record<string, unknown>> {
  return (await fn.createExecution({ partialOptions: { runId: "r", data, ...options } }).start()) as never;
}

const { hashId } = InngestExecutionEngine._internals;
const rate = hashId("rate");
const pause = hashId("pause");
const answer = hashId("answer");

it("a call runs a step that is alone, or reports it", async () => {
  const step = { id: rate, op: "StepRun", data: 2, userland: { id: "rate" } };
  expect(await start({})).toMatchObject({ type: "step-ran", step, ops: { [rate]: { fulfilled: false } } });
  const found = await start({ disableImmediateExecution: true });
  expect(found).toMatchObject({ type: "steps-found", steps: [{ id: rate, op: "StepPlanned" }] });
  expect(await start({ requestedRunStep: rate })).toMatchObject({ type: "step-ran", step });
});

it("what a step is remembered by may be a promise, which is awaited when the function awaits the step", async () => {
  const order: string[] = [];
  // biome-ignore lint/suspicious/noThenProperty: it is seen when it is awaited
  const lazily = { then: (done: (value: number) => void) => [order.push("asked"), done(3)] };
  const given = client.createFunction({ id: "lazy", triggers: { event: "x" } }, async ({ step }) => {
    order.push("called");
    return step.run("rate", () => 2);
  });
  const execution = given.createExecution({
    partialOptions: { runId: "r", data, stepState: { [rate]: { data: lazily } } },
  });
  const result = await execution.start();
  expect(result).toMatchObject({ type: "function-resolved", data: 3, ops: { [rate]: { rawArgs: ["rate", {}] } } });
  expect(order).toEqual(["called", "asked"]);
});

it("a sleep that is asked for passes; of another step of the engine it is said that it needs a stand-in", async () => {
  const stepState = { [rate]: { data: 2 } };
  expect(await start({ stepState, requestedRunStep: pause })).toMatchObject({ type: "step-ran", step: { data: null } });
  const waiting = await start({ stepState: { ...stepState, [pause]: { data: null } }, requestedRunStep: answer });
  const message = expect.stringContaining('Step "answer" (WaitForEvent) is done by the engine');
  expect(waiting).toMatchObject({ type: "function-rejected", retriable: false, error: { message } });
});

it("a stand-in that fails rejects the step, under the id that its author wrote", async () => {
  const failed = await start({ stepState: { [rate]: { data: undefined, error: new RangeError("no") } } });
  expect(failed).toMatchObject({ type: "function-rejected", error: { name: "RangeError", stepId: "rate" } });
});

it("a step that fails has no data, and whether it may be tried again is said", async () => {
  const failing = client.createFunction({ id: "failing" }, ({ step }) =>
    step.run("rate", () => {
      throw new RangeError("no");
    }),
  );
  const result = (await failing.createExecution({ partialOptions: { runId: "r", data } }).start()) as { step: object };
  expect(result).toMatchObject({ type: "step-ran", retriable: true, step: { op: "StepError" } });
  expect("data" in result.step).toBe(false);
});

it("an engine is made for functions of this SDK alone", () => {
  const make = (): unknown =>
    InngestExecutionEngine.createExecutionEngine({}, { partialOptions: { runId: "r", data } });
  expect(make).toThrow("createExecutionEngine() expects a function that a client made");
});

it("versions, opcodes and operations have the names that kits know", () => {
  expect([InngestExecution.ExecutionVersion.V2, InngestExecution.ExecutionVersion[2]]).toEqual([2, "V2"]);
  expect([types.StepMode.Async, types.StepOpCode.AiGateway]).toEqual(["async", "AIGateway"]);
  expect([types.ok(1), types.err("x")]).toEqual([
    { ok: true, value: 1 },
    { ok: false, error: "x" },
  ]);
  expect(InngestExecutionEngine._internals.hashOp({ id: "rate", op: "Sleep" })).toEqual({ id: rate, op: "Sleep" });
});

it("errors are taken apart and put together", () => {
  const wire = { __serialized: true, name: "TypeError", message: "m", stack: "s" };
  expect([errors.isSerializedError(wire), errors.isSerializedError(JSON.stringify(wire))]).toEqual([wire, wire]);
  expect([errors.isSerializedError({}), errors.isSerializedError("{"), errors.isSerializedError(null)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(errors.deserializeError(JSON.stringify(wire))).toBeInstanceOf(TypeError);
  expect([errors.getErrorMessage(new Error("x"), "y"), errors.getErrorMessage(5, "y")]).toEqual(["x", "y"]);
  expect(() => errors.rethrowError("Reading failed")(new Error("x"))).toThrow("Reading failed; x");
  expect(() => errors.rethrowError("Reading failed")("x")).toThrow("Reading failed; x");
  expect(new errors.OutgoingResultError({ data: 1 }).result).toEqual({ data: 1 });
  expect(new errors.UnreachableError("x").name).toBe("UnreachableError");
});

it("parts of an answer are measured for a Server-Timing header", async () => {
  const timing = new ServerTiming.ServerTiming();
  expect(timing.getHeader()).toBe("");
  expect(await timing.wrap("db", async () => 5, 'the "rows"')).toBe(5);
  timing.append("cache", "hit");
  expect(timing.getHeader()).toMatch(/^db;desc="the \\"rows\\"";dur=\d+\.\d, cache;desc="hit"$/);
});
