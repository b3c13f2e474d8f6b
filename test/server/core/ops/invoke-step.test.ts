import type { Operation } from "stepwell/protocol";
import { describe, expect, it } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, operations, result, type Script } from "../../../helpers/scripted-caller.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

const day = 86_400_000;

const invoke = (opts: Record<string, unknown> = {}): Operation => ({
  op: "InvokeFunction",
  id: "i",
  displayName: "call it",
  opts: { function_id: "app-child", payload: { data: { n: 21 } }, ...opts },
});

const invokes =
  (opts: Record<string, unknown> = {}): Script =>
  ({ body }) =>
    "i" in body.steps ? result(body.steps.i) : operations([invoke(opts)]);

const doubles: Script = ({ body }) => result({ x: (body.event.data as { n: number }).n * 2 });

describe("invoking a function", () => {
  it("gives its result to the step", async () => {
    const core = await engineWith({ "app-f": invokes({ payload: { data: { n: 21 }, v: "2" } }), "app-child": doubles });
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toEqual({ data: { x: 42 } });
    const parent = await core.runOf(id);
    const [step] = await core.store.listSteps(parent.id);
    const detail = JSON.parse(step?.detail ?? "{}");
    const child = await core.store.getRun(detail.runId);
    expect(detail).toEqual({ function: "app-child", runId: child?.id, eventId: child?.eventIds[0] });
    expect(child).toMatchObject({ status: "Completed", parent: { runId: parent.id, stepId: "i" } });
    const event = await core.store.getEvent(detail.eventId);
    const caller = core.engine.functionById(parent.functionId);
    expect(event).toMatchObject({ name: "inngest/function.invoked", v: "2" });
    expect(JSON.parse(event?.data ?? "")).toEqual({
      n: 21,
      _inngest: {
        correlation_id: `${parent.id}.i`,
        expire: core.clock.now() + 365 * day,
        fn_id: "app-child",
        name: "call it",
        source_app_id: caller?.appId,
        source_fn_id: caller?.id,
        source_fn_v: 1,
      },
    });
    const finished = await core.store.listEvents({ name: "inngest/function.finished", limit: 5 });
    const correlations = finished.map(({ data }) => JSON.parse(data).correlation_id);
    expect(correlations).toContain(`${parent.id}.i`);
    expect(correlations).toContain(undefined);
    expect(await core.store.listWaits(parent.id)).toEqual([]);
  });

  it("of another app", async () => {
    const core = await engineWith({ "app-f": invokes({ function_id: "other-child" }), "other-child": doubles });
    await core.engine.register(registration([functionConfig("app-f")]));
    await core.engine.register(registration([functionConfig("other-child")], "other"));
    expect(await core.output(await core.send("test/app-f"))).toEqual({ data: { x: 42 } });
  });

  it("gives its error to the step, which may catch it", async () => {
    const fails: Script = () =>
      failure({ name: "RangeError", message: "no", stack: "s", __serialized: true }, { noRetry: true });
    const core = await engineWith({ "app-f": invokes(), "app-child": fails });
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toEqual({ error: { name: "RangeError", message: "no", stack: "s" } });
    expect((await core.store.listSteps((await core.runOf(id)).id))[0]?.status).toBe("Failed");
  });

  it("that is cancelled fails the step and says why", async () => {
    const core = await engineWith({
      "app-f": invokes(),
      "app-child": () => operations([{ op: "Sleep", id: "z", name: "1d" }]),
    });
    const id = await core.send("test/app-f");
    const [wait] = await core.store.listWaits((await core.runOf(id)).id);
    await core.engine.cancelRun(wait?.name ?? "");
    await core.idle();
    expect(await core.output(id)).toMatchObject({
      error: { name: "InngestInvokeError", message: expect.stringContaining("was cancelled") },
    });
  });

  it("that is not there fails the step at once", async () => {
    const core = await engineWith({ "app-f": invokes({ function_id: "app-nope" }) });
    expect(await core.output(await core.send("test/app-f"))).toMatchObject({
      error: { name: "InngestFunctionNotFoundError", message: expect.stringContaining('no function "app-nope"') },
    });
  });

  it("that takes too long gives up, and a result that comes later changes nothing", async () => {
    const child: Script = ({ body }) =>
      "z" in body.steps ? result("late") : operations([{ op: "Sleep", id: "z", name: "2h" }]);
    const core = await engineWith({ "app-f": invokes({ timeout: "1h" }), "app-child": child });
    const id = await core.send("test/app-f");
    await core.advance(3_600_000);
    const output = await core.output(id);
    expect(output).toEqual({
      error: { name: "InngestInvokeTimeoutError", message: "Timed out waiting for invoked function to complete" },
    });
    await core.advance(3_600_000);
    expect(await core.output(id)).toEqual(output);
    expect((await core.store.listRuns({ status: "Completed", limit: 5 })).length).toBe(2);
  });

  it("that is rate limited or skipped fails the step and says so", async () => {
    const sleeps: Script = () => operations([{ op: "Sleep", id: "z", name: "1d" }]);
    const core = await engineWith({
      "app-f": invokes(),
      "app-g": invokes({ function_id: "app-single" }),
      "app-child": sleeps,
    });
    await core.engine.register(
      registration([
        functionConfig("app-f"),
        functionConfig("app-g"),
        functionConfig("app-child", { rateLimit: { limit: 1, period: "1h" } }),
        functionConfig("app-single", { singleton: { mode: "skip" } }),
      ]),
    );
    await core.send("test/app-f");
    const limited = await core.send("test/app-f");
    expect(await core.output(limited)).toEqual({
      error: {
        name: "InngestInvokeError",
        message: "invoked function was not started: rate limited: 1 start in 3600 s, the limit, came before",
      },
    });
    expect(await core.store.listWaits((await core.runOf(limited)).id)).toEqual([]);
    core.caller.calls.length = 0;
    await core.send("test/app-single", { n: 1 }, { ts: core.clock.now() + day });
    const skipped = await core.send("test/app-g");
    expect(await core.output(skipped)).toMatchObject({ error: { message: expect.stringContaining("singleton") } });
  });

  it.each([
    ["data that is no object", { payload: { data: [1] } }, "must be an object, got array"],
    ["a payload that is none", { payload: "x" }, "`payload` must be an object"],
    ["data that is too big", { payload: { data: { x: "x".repeat(3_200_000) } } }, "the most is"],
  ])("with %s fails the step", async (_what, opts, message) => {
    const core = await engineWith({ "app-f": invokes(opts), "app-child": doubles });
    expect(await core.output(await core.send("test/app-f"))).toMatchObject({
      error: { name: "InngestInvokeError", message: expect.stringContaining(message) },
    });
  });

  it("without data invokes with none", async () => {
    const child: Script = ({ body }) => result(Object.keys(body.event.data as object));
    const core = await engineWith({ "app-f": invokes({ payload: undefined }), "app-child": child });
    expect(await core.output(await core.send("test/app-f"))).toEqual({ data: ["_inngest"] });
  });

  it("asked for again while it is under way starts nothing twice", async () => {
    const script: Script = ({ body }) => {
      if ("i" in body.steps) return result(body.steps.i);
      return operations([invoke(), { op: "Sleep", id: "z", name: "1s", opts: { parallelMode: "race" } }]);
    };
    const child: Script = ({ body }) =>
      "y" in body.steps ? result("done") : operations([{ op: "Sleep", id: "y", name: "1h" }]);
    const core = await engineWith({ "app-f": script, "app-child": child });
    const id = await core.send("test/app-f");
    await core.advance(3_600_000);
    expect(await core.output(id)).toEqual({ data: "done" });
    expect(await core.store.listRuns({ limit: 10 })).toHaveLength(2);
    expect(await core.store.listEvents({ name: "inngest/function.invoked", limit: 10 })).toHaveLength(1);
  });

  it("a run that was cancelled hears nothing of what it invoked", async () => {
    const child: Script = ({ body }) =>
      "z" in body.steps ? result(1) : operations([{ op: "Sleep", id: "z", name: "1h" }]);
    const core = await engineWith({ "app-f": invokes(), "app-child": child });
    const id = await core.send("test/app-f");
    await core.engine.cancelRun((await core.runOf(id)).id);
    await core.advance(3_600_000);
    expect(await core.runOf(id)).toMatchObject({ status: "Cancelled", stepCount: 0 });
  });
});
