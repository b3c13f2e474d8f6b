import { afterEach, describe, expect, it } from "vitest";
import {
  type CoreEngine,
  type CoreEngineOptions,
  createCoreEngine,
  functionConfig,
  registration,
} from "../../../helpers/core-engine.ts";
import { operations, result, type Script, type ScriptedCall, stepRun } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

async function running(script: Script, options: CoreEngineOptions = {}): Promise<string> {
  core = await createCoreEngine({ scripts: { "app-f": script }, retryIntervalMs: 1000, ...options });
  await core.engine.register(registration([functionConfig("app-f")]));
  return core.send("test/app-f");
}

const save = (call: ScriptedCall, steps: unknown[], more: Record<string, unknown> = {}) => {
  const { ctx } = call.body;
  return core.engine.checkpoint(ctx.run_id, {
    run_id: ctx.run_id,
    fn_id: ctx.fn_id,
    qi_id: ctx.qi_id,
    generation_id: ctx.generation_id,
    steps,
    ...more,
  });
};

describe("a checkpoint", () => {
  it("stores steps while the call goes on, and the run ends with RunComplete", async () => {
    const id = await running(async (call) => {
      await save(call, [stepRun("a", 1)]);
      await save(call, [stepRun("b", 2), stepRun("c", 3)]);
      return operations([{ op: "RunComplete", id: "end", data: [1, 2, 3] }]);
    });
    const run = await core.runOf(id);
    expect(run).toMatchObject({ status: "Completed", output: "[1,2,3]", stepCount: 3 });
    expect((await core.store.listSteps(run.id)).map((step) => step.id)).toEqual(["a", "b", "c"]);
    expect(core.caller.calls).toHaveLength(1);
  });

  it("keeps what its steps say beside their results", async () => {
    const said = { kind: "inngest.ai", scope: "step", op: "set", values: { output_tokens: 3, input_tokens: 2 } };
    const id = await running(async (call) => {
      await save(call, [{ ...stepRun("a", 1), metadata: [said] }]);
      return result(1);
    });
    expect(await core.store.listMetadata((await core.runOf(id)).id)).toEqual([
      expect.objectContaining({ stepId: "a", kind: "inngest.ai", values: '{"output_tokens":3,"input_tokens":2}' }),
    ]);
  });

  it("survives the call: the next attempt remembers it", async () => {
    let first = true;
    const id = await running(async (call) => {
      if (!first) return result(Object.keys(call.body.steps));
      first = false;
      await save(call, [stepRun("a", 1)]);
      throw new Error("the app died");
    });
    expect((await core.runOf(id)).status).toBe("Running");
    await core.advance(31_000);
    expect(await core.output(id)).toEqual(["a"]);
  });

  it("of a call that is no longer current is refused", async () => {
    const errors: unknown[] = [];
    await running(async (call) => {
      errors.push(await save(call, [stepRun("a", 1)], { generation_id: 99 }).catch((error: unknown) => error));
      errors.push(await save(call, [stepRun("a", 1)], { qi_id: "other" }).catch((error: unknown) => error));
      await core.engine.cancelRun(call.body.ctx.run_id);
      errors.push(await save(call, [stepRun("a", 1)]).catch((error: unknown) => error));
      return result(null);
    });
    expect(errors).toEqual(Array(3).fill(expect.objectContaining({ code: "stale_call" })));
  });

  it.each([
    [
      "an opcode that ends nothing",
      [{ op: "Sleep", id: "s" }],
      "invalid_request",
      "a checkpoint takes StepRun, got Sleep",
    ],
    ["an unknown opcode", [{ op: "Nope", id: "s" }], "invalid_request", "must be an opcode"],
    ["no id", [{ op: "StepRun" }], "invalid_request", "must be the hash of a step"],
    ["no list", "steps", "invalid_request", "must be an array"],
    ["an output that is too large", [stepRun("big", "x".repeat(5_000_000))], "output_too_large", "the most is"],
  ])("with %s is refused, and nothing stored", async (_what, steps, code, message) => {
    let error: unknown;
    const id = await running(async (call) => {
      error = await save(call, steps as unknown[]).catch((caught: unknown) => caught);
      return result(null);
    });
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect((await core.runOf(id)).stepCount).toBe(0);
  });

  it("beyond ten times the steps of other runs is refused, and the answer that brings them instead ends the run", async () => {
    let error: unknown;
    const limits = { stepsPerRun: 10 };
    const id = await running(
      async (call) => {
        const steps = Array.from({ length: 100 }, (_, n) => stepRun(`s${n}`, n));
        await save(call, steps);
        error = await save(call, [stepRun("more", 1)]).catch((caught: unknown) => caught);
        return operations([stepRun("more", 1)]);
      },
      { more: { limits } },
    );
    expect(error).toMatchObject({ code: "invalid_request", message: expect.stringContaining("at most 100 steps") });
    expect(await core.runOf(id)).toMatchObject({ status: "Failed", stepCount: 100, checkpointed: true });
    expect(await core.output(id)).toMatchObject({ name: "InngestErrFunctionOverflowed" });
  });

  it("is remembered: a run that has used one may have more steps than others", async () => {
    const id = await running(
      async (call) => {
        if (call.stepId !== "step" || Object.keys(call.body.steps).length > 0) return result("done");
        await save(
          call,
          Array.from({ length: 15 }, (_, n) => stepRun(`s${n}`, n)),
        );
        return operations([stepRun("more", 1)]);
      },
      { more: { limits: { stepsPerRun: 10 } } },
    );
    expect(await core.runOf(id)).toMatchObject({ status: "Completed", stepCount: 16 });
  });

  it("beyond 32 MiB of state is refused", async () => {
    let error: unknown;
    await running(async (call) => {
      const steps = Array.from({ length: 9 }, (_, n) => stepRun(`s${n}`, "ü".repeat(2_000_000)));
      error = await save(call, steps).catch((caught: unknown) => caught);
      return result(null);
    });
    expect(error).toMatchObject({ code: "state_too_large" });
  });

  it("without qi_id is refused", async () => {
    const id = await running(() => result(1));
    const { id: runId } = await core.runOf(id);
    await expect(core.engine.checkpoint(runId, null)).rejects.toMatchObject({ code: "invalid_request" });
  });
});
