import { afterEach, describe, expect, it } from "vitest";
import {
  type CoreEngine,
  type CoreEngineOptions,
  createCoreEngine,
  functionConfig,
  registration,
} from "../../../helpers/core-engine.ts";
import { failure, operations, result, type Script, stepPlanned, stepRun } from "../../../helpers/scripted-caller.ts";

/** For engines that are never idle. */
const turns = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
let core: CoreEngine;
afterEach(() => core.stop());

async function engineWith(
  script: Script,
  config: Record<string, unknown> = {},
  options: CoreEngineOptions = {},
): Promise<CoreEngine> {
  core = await createCoreEngine({ scripts: { "app-f": script }, ...options });
  await core.engine.register(registration([functionConfig("app-f", config)]));
  return core;
}

/** A version-2 app that runs steps `a`, `b`, `c` in turn and returns their sum. */
const sequence: Script = ({ body }) => {
  const ids = ["a", "b", "c"];
  const next = ids.find((id) => !(id in body.steps));
  return next === undefined ? result(ids.length) : operations([stepRun(next, next)]);
};

describe("a run", () => {
  it("is called until it returns, each step remembered in order", async () => {
    await engineWith(sequence);
    const id = await core.send("test/app-f", { n: 1 });
    const run = await core.runOf(id);
    expect(run).toMatchObject({ status: "Completed", output: "3", stepCount: 3, pendingCount: 0 });
    const last = JSON.parse(core.caller.calls.at(-1)?.body ?? "");
    expect(last.steps).toEqual({ a: { data: "a" }, b: { data: "b" }, c: { data: "c" } });
    expect(last.ctx.stack).toEqual({ current: 3, stack: ["a", "b", "c"] });
    expect(last.ctx).toMatchObject({ attempt: 0, max_attempts: 5, disable_immediate_execution: false, run_id: run.id });
    expect(last.version).toBe(2);
    expect(core.caller.calls.map((call) => JSON.parse(call.body).version)).toEqual([-1, 2, 2, 2]);
  });

  it("is told of in the order in which it happened", async () => {
    await engineWith(sequence);
    await core.send("test/app-f");
    const told = core.activities.map((activity) =>
      "step" in activity ? `${activity.kind} ${activity.step}` : activity.kind,
    );
    expect(told.slice(1)).toEqual([
      "event-received",
      "run-started",
      "step-ended a",
      "step-ended b",
      "step-ended c",
      "run-ended",
    ]);
  });

  it("waits for the time of an event that lies in the future", async () => {
    await engineWith(() => result("late"));
    const id = await core.send("test/app-f", {}, { ts: core.clock.now() + 60_000 });
    expect((await core.runOf(id)).status).toBe("Queued");
    await core.advance(59_000);
    expect(core.caller.calls).toHaveLength(0);
    await core.advance(1_000);
    expect((await core.runOf(id)).status).toBe("Completed");
  });

  it("is started once for two events with the same id, and again after 24 hours", async () => {
    await engineWith(() => result(1));
    const first = await core.send("test/app-f", {}, { id: "order-1" });
    const second = await core.send("test/app-f", {}, { id: "order-1" });
    expect(await core.store.listRunsOfEvent(first)).toHaveLength(1);
    expect(await core.store.listRunsOfEvent(second)).toHaveLength(0);
    await core.advance(24 * 3_600_000 + 1);
    const third = await core.send("test/app-f", {}, { id: "order-1" });
    expect(await core.store.listRunsOfEvent(third)).toHaveLength(1);
  });

  it("fails when it has more steps than it may", async () => {
    let n = 0;
    await engineWith(() => operations([stepRun(`s${n++}`, null)]), {}, { more: { limits: { stepsPerRun: 60 } } });
    const id = await core.send("test/app-f");
    expect(await core.runOf(id)).toMatchObject({ status: "Failed", stepCount: 60 });
    expect(await core.output(id)).toMatchObject({ name: "InngestErrFunctionOverflowed" });
  });

  it("fails when a step returns more than 4 MiB", async () => {
    await engineWith(() => operations([stepRun("big", "x".repeat(4 * 1024 * 1024))]));
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toMatchObject({
      name: "output_too_large",
      message: expect.stringContaining('Step "big" returned'),
    });
  });

  it.each([
    ["step output", (cut: string) => operations([stepRun("a", { text: cut })])],
    [
      "step error",
      (cut: string) => operations([{ op: "StepFailed", id: "a", error: { name: "Error", message: cut } }]),
    ],
    ["step name", (cut: string) => operations([{ op: "StepRun", id: "a", displayName: cut, data: 1 }])],
    ["error", (cut: string) => failure({ name: "Error", message: cut }, { noRetry: true })],
  ] as const)("goes on when a %s holds half a surrogate pair", async (_what, answer) => {
    await engineWith(({ body }) => ("a" in body.steps ? result("on") : answer("😀".slice(0, 1))));
    const id = await core.send("test/app-f");
    expect((await core.runOf(id)).endedAt).not.toBeNull();
  });

  it("fails when a step returns something nested too deep", async () => {
    await engineWith(() => operations([stepRun("a", JSON.parse("[".repeat(9000) + "]".repeat(9000)))]));
    expect(await core.output(await core.send("test/app-f"))).toMatchObject({
      message: expect.stringContaining("500 levels"),
    });
  });

  it("tells the app to fetch state that is too big to send along", async () => {
    const half = "x".repeat(3 * 1024 * 1024);
    await engineWith(({ body }) => {
      if (body.ctx.use_api) return result([body.steps, body.events.length]);
      return "a" in body.steps ? operations([stepRun("b", half)]) : operations([stepRun("a", half)]);
    });
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toEqual([{}, 1]);
  });
});

describe("retries", () => {
  it("try a step again after the table's wait plus jitter, on the same item with the next attempt", async () => {
    const attempts: number[] = [];
    await engineWith(({ body }) => {
      if ("a" in body.steps) return result("done");
      attempts.push(body.ctx.attempt);
      if (body.ctx.attempt === 2) return operations([stepRun("a", 1)]);
      return operations([{ op: "StepError", id: "a", displayName: "a", error: { name: "TypeError", message: "no" } }]);
    });
    const id = await core.send("test/app-f");
    await core.advance(29_999); // 15 s + half of 30 s
    expect(attempts).toEqual([0]);
    await core.advance(1);
    expect(attempts).toEqual([0, 1]);
    await core.advance(45_000); // 30 s + 15 s
    expect(attempts).toEqual([0, 1, 2]);
    const run = await core.runOf(id);
    expect(run.status).toBe("Completed");
    const tries = await core.store.listAttempts(run.id);
    expect(tries.map(({ attempt, stepId }) => [attempt, stepId])).toEqual([
      [0, "a"],
      [1, "a"],
    ]);
    expect((await core.store.listSteps(run.id))[0]).toMatchObject({ attempts: 3, status: "Completed" });
  });

  it("remember a step's error when its attempts are used up, and let the function go on", async () => {
    await engineWith(
      ({ body }) => {
        const memo = body.steps.a;
        if (memo && "error" in memo) return result({ caught: memo.error?.message });
        return operations([{ op: "StepError", id: "a", error: { name: "Error", message: `try ${body.ctx.attempt}` } }]);
      },
      { retries: 1 },
      { retryIntervalMs: 1000 },
    );
    const id = await core.send("test/app-f");
    await core.advance(1000);
    expect(await core.output(id)).toEqual({ caught: "try 1" });
    expect(core.caller.calls.map((call) => JSON.parse(call.body).ctx.attempt)).toEqual([0, 1, 0]);
  });

  it("take a step that failed without saying why as an error of its own", async () => {
    await engineWith(({ body }) =>
      "a" in body.steps ? result(body.steps.a) : operations([{ op: "StepFailed", id: "a" }]),
    );
    const message = "The step failed without saying why";
    expect(await core.output(await core.send("test/app-f"))).toEqual({ error: { name: "Error", message } });
  });

  it("heed Retry-After and the order not to try again", async () => {
    await engineWith(({ body, raw }) => {
      if (body.ctx.attempt === 0)
        return failure(
          { name: "RetryAfterError", message: "later" },
          { noRetry: false, retryAt: core.clock.now() + 5000 },
        );
      return failure({ name: "NonRetriableError", message: `never ${raw.generationId}` }, { noRetry: true });
    });
    const id = await core.send("test/app-f");
    await core.advance(4999);
    expect((await core.runOf(id)).status).toBe("Running");
    await core.advance(1);
    expect(await core.runOf(id)).toMatchObject({ status: "Failed" });
    expect(await core.output(id)).toEqual({ name: "NonRetriableError", message: "never 2" });
  });
});

describe("parallel steps", () => {
  const ids = ["p1", "p2", "p3"];
  const parallel: Script = ({ stepId, body }) => {
    if (stepId !== "step") return operations([stepRun(stepId, stepId)]);
    const missing = ids.filter((id) => !(id in body.steps));
    return missing.length > 0 ? operations(missing.map((id) => stepPlanned(id))) : result(ids);
  };

  it("are each called once, and the function once after all of them", async () => {
    await engineWith(parallel);
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toEqual(ids);
    expect(core.caller.calls.map((call) => call.stepId)).toEqual(["step", "p1", "p2", "p3", "step"]);
    const flags = core.caller.calls.map((call) => JSON.parse(call.body).ctx.disable_immediate_execution);
    expect(flags).toEqual([false, true, true, true, false]);
  });

  it("of a version-1 app call the function after each step, plan no step twice, and force planning for good", async () => {
    const script: Script = (call) => {
      const answer = parallel(call) as ReturnType<typeof operations>;
      return answer.kind === "operations" ? { ...answer, requestVersion: 1 } : answer;
    };
    await engineWith(script);
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toEqual(ids);
    expect(core.caller.calls.filter(({ stepId }) => stepId === "p2")).toHaveLength(1);
    expect((await core.runOf(id)).forcePlan).toBe(true);
  });

  it("in race mode call the function after the first one", async () => {
    let release: (() => void) | undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    await engineWith(async ({ stepId, body }) => {
      if (stepId === "slow") await slow;
      if (stepId !== "step") return operations([{ ...stepRun(stepId, stepId), opts: { parallelMode: "race" } }]);
      if ("fast" in body.steps) return result("fast");
      return operations([stepPlanned("slow", { parallelMode: "race" }), stepPlanned("fast", { parallelMode: "race" })]);
    });
    const { ids: sent } = await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    for (let i = 0; i < 50 && (await core.runOf(sent[0] ?? "")).status !== "Completed"; i++)
      await new Promise((resolve) => setImmediate(resolve));
    expect(await core.output(sent[0] ?? "")).toBe("fast");
    release?.();
    await core.idle();
    expect(await core.output(sent[0] ?? "")).toBe("fast");
  });
});

describe("sleeps", () => {
  it("wake at their time and are remembered as null", async () => {
    await engineWith(({ body }) =>
      "nap" in body.steps
        ? result(body.steps)
        : operations([{ op: "Sleep", id: "nap", name: "1h30m", displayName: "nap" }]),
    );
    const id = await core.send("test/app-f");
    await core.advance(90 * 60_000 - 1);
    expect((await core.runOf(id)).status).toBe("Running");
    await core.advance(1);
    expect(await core.output(id)).toEqual({ nap: null });
  });

  it.each([
    ["400d", "the longest sleep is 366 days"],
    ["soon", "neither a duration"],
  ])("of %s fail the run", async (name, message) => {
    await engineWith(() => operations([{ op: "Sleep", id: "nap", name, displayName: "nap" }]));
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toMatchObject({ message: expect.stringContaining(message) });
  });

  it("take their time from opts too, and in race mode call the function while others are pending", async () => {
    await engineWith(({ stepId, body }) => {
      if (stepId !== "step") return new Promise(() => {});
      if ("nap" in body.steps) return result("timed out");
      const sleep = { op: "Sleep", id: "nap", opts: { duration: "5s", parallelMode: "race" } } as const;
      return operations([stepPlanned("slow", { parallelMode: "race" }), sleep]);
    });
    const { ids } = await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    // Its step never ends, so the engine is never idle.
    await core.clock.advance(5000, turns);
    await turns();
    expect(await core.output(ids[0] ?? "")).toBe("timed out");
  });

  it("that ended in the past wake at once", async () => {
    await engineWith(({ body }) =>
      "nap" in body.steps ? result(1) : operations([{ op: "Sleep", id: "nap", name: "2001-01-01T00:00:00.000Z" }]),
    );
    expect(await core.output(await core.send("test/app-f"))).toBe(1);
  });
});

describe("what cannot be carried out", () => {
  it("fails the run and says so", async () => {
    await engineWith(() => operations([{ op: "SyncRunComplete", id: "w", displayName: "the end", opts: {} }]));
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toMatchObject({
      name: "UnsupportedOperationError",
      message: expect.stringContaining("a durable endpoint"),
    });
  });

  it("an app with nothing to say is asked again and then given up", async () => {
    await engineWith(() => operations([]), { retries: 2 });
    const id = await core.send("test/app-f");
    await core.advance(3000);
    expect(core.caller.calls).toHaveLength(3);
    expect(await core.output(id)).toMatchObject({ name: "NoOperationsError" });
  });

  it("an app with nothing to say while steps are pending waits for those", async () => {
    await engineWith(({ stepId, body }) => {
      if ("late" in body.steps) return result("both");
      if (stepId !== "step" || "early" in body.steps) return operations([]);
      const race = { parallelMode: "race" };
      return operations([
        { op: "Sleep", id: "early", name: "1m", opts: race },
        { op: "Sleep", id: "late", name: "2m", opts: race },
      ]);
    });
    const id = await core.send("test/app-f");
    await core.advance(60_000);
    expect(core.caller.calls).toHaveLength(2);
    expect((await core.runOf(id)).status).toBe("Running");
    await core.advance(60_000);
    expect(await core.output(id)).toBe("both");
    expect(core.caller.calls).toHaveLength(3);
  });

  it("a retry that is asked for later than there may be comes as late as it may", async () => {
    await engineWith(() => failure({ name: "Error", message: "no" }, { retryAt: core.clock.now() + 40 * 86_400_000 }), {
      retries: 1,
    });
    await core.send("test/app-f");
    await core.advance(86_400_000 - 1);
    expect(core.caller.calls).toHaveLength(1);
    await core.advance(1);
    expect(core.caller.calls).toHaveLength(2);
  });
});
