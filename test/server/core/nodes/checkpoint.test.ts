/** Checkpoints that reach another engine than the one that makes the call. */
import { expect, it } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createHeldCalls } from "../../../helpers/held-calls.ts";
import { result } from "../../../helpers/scripted-caller.ts";
import { openTwoEngines } from "../../../helpers/two-engines.ts";

const body = (call: { qi_id: string; generation_id: number }, id: string) => ({
  qi_id: call.qi_id,
  generation_id: call.generation_id,
  steps: [{ id, op: "StepRun", displayName: id, data: id }],
});

async function calledAtA() {
  const held = createHeldCalls();
  const engines = await openTwoEngines({ scripts: { "app-f": held.script } });
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

it("is stale at B when its lease was lost, when the run has ended, and when it names another run's call", async () => {
  const { a, b, run, call } = await calledAtA();
  const stale = { code: "stale_call" };
  await expect(b.engine.checkpoint(run.id, body({ ...call, generation_id: 7 }, "a"))).rejects.toMatchObject(stale);
  await expect(b.engine.checkpoint("01OTHER", body(call, "a"))).rejects.toMatchObject(stale);
  await a.engine.cancelRun(run.id);
  await expect(b.engine.checkpoint(run.id, body(call, "a"))).rejects.toMatchObject(stale);
  expect(await b.store.listSteps(run.id)).toEqual([]);
});
