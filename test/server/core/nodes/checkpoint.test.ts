/** Checkpoints that reach another engine than the one that makes the call. */
import { expect, it } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createHeldCalls } from "../../../helpers/held-calls.ts";
import { operations, result, stepRun } from "../../../helpers/scripted-caller.ts";
import { openTwoEngines, type TwoEnginesOptions } from "../../../helpers/two-engines.ts";

const body = (call: { qi_id: string; generation_id: number }, id: string) => ({
  qi_id: call.qi_id,
  generation_id: call.generation_id,
  steps: [{ id, op: "StepRun", displayName: id, data: id }],
});

async function calledAtA(options: TwoEnginesOptions = {}) {
  const held = createHeldCalls();
  const engines = await openTwoEngines({ ...options, scripts: { "app-f": held.script } });
  const { a } = engines;
  await a.engine.register(registration([functionConfig("app-f")]));
  const run = await a.runOf(await held.send(a, "test/app-f"));
  const [item] = a.engine.running();
  if (item === undefined) throw new Error("no call is under way");
  return { ...engines, held, run, call: { qi_id: item.id, generation_id: item.fence } };
}

it("is saved when it reaches B while A makes the call", async () => {
  const { b, held, run, call, idle } = await calledAtA();
  await b.engine.checkpoint(run.id, body(call, "a"));
  expect(await b.store.listSteps(run.id)).toMatchObject([{ id: "a", status: "Completed" }]);
  held.release(result("done"));
  await idle();
  expect(await b.store.getRun(run.id)).toMatchObject({ status: "Completed", stepCount: 1 });
});

it("counts for what A decides of the answer: a decision on the run as it was before is made again", async () => {
  const { a, b, held, run, call } = await calledAtA({ more: { limits: { runStateBytes: 1_000 } } });
  const large = "x".repeat(600);
  await b.engine.checkpoint(run.id, body(call, large));
  held.release(operations([stepRun("b", large)]));
  await held.idle(a);
  const { status, output } = (await b.store.getRun(run.id)) ?? {};
  expect(status).toBe("Failed");
  expect(JSON.parse(output ?? "{}")).toMatchObject({ name: "InngestErrStateOverflowed" });
});

it("is saved once more when what was saved at the other engine has made its run another", async () => {
  const { a, b, held, run, call, idle } = await calledAtA();
  await a.engine.checkpoint(run.id, body(call, "a"));
  await b.engine.checkpoint(run.id, body(call, "b"));
  await a.engine.checkpoint(run.id, body(call, "c"));
  expect((await b.store.listSteps(run.id)).map(({ id }) => id)).toEqual(["a", "b", "c"]);
  held.release(result("done"));
  await idle();
  expect(await b.store.getRun(run.id)).toMatchObject({ status: "Completed", stepCount: 3 });
});

it("is stale at B when its lease was lost, when the run has ended, and when it names another run's call", async () => {
  const { a, b, run, call } = await calledAtA();
  const stale = { code: "stale_call" };
  await expect(b.engine.checkpoint(run.id, body({ ...call, generation_id: 7 }, "a"))).rejects.toMatchObject(stale);
  await expect(b.engine.checkpoint("01OTHER", body(call, "a"))).rejects.toMatchObject(stale);
  await a.engine.cancelRun(run.id);
  await expect(b.engine.checkpoint(run.id, body(call, "a"))).rejects.toMatchObject(stale);
  expect(await b.store.listSteps(run.id)).toEqual([]);
});
