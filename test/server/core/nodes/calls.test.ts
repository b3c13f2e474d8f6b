/** Calls by two engines on one state: what one keeps in memory of a run, the other may have changed. */
import { expect, it } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createHeldCalls } from "../../../helpers/held-calls.ts";
import { result } from "../../../helpers/scripted-caller.ts";
import { openTwoEngines } from "../../../helpers/two-engines.ts";

const shared = { shared: true } as const;

it("a run's limits hold over checkpoints that reach two engines", async () => {
  const held = createHeldCalls();
  const more = { ...shared, limits: { stepsPerRun: 1 } };
  const { a, b } = await openTwoEngines({ scripts: { "app-f": held.script }, more });
  await a.engine.register(registration([functionConfig("app-f")]));
  const run = await a.runOf(await held.send(a, "test/app-f"));
  const [item] = a.engine.running();
  // A run that saves while its call goes on may have ten times as many.
  const save = (engine: typeof a.engine, prefix: string, count: number) =>
    engine.checkpoint(run.id, {
      qi_id: item?.id,
      generation_id: item?.fence,
      steps: Array.from({ length: count }, (_, index) => ({
        id: `${prefix}${index}`,
        op: "StepRun",
        displayName: prefix,
        data: index,
      })),
    });
  await save(a.engine, "a", 4);
  await save(b.engine, "b", 5);
  await expect(save(a.engine, "c", 2)).rejects.toThrow("at most 10 steps");
  expect(await a.store.listSteps(run.id)).toHaveLength(9);
});

it("an app in the process of A is called by A, whichever engine finds the item, and none of its attempts are used up", async () => {
  const scripts = { "app-f": () => result("at A") };
  const { a, b, advance } = await openTwoEngines({ scripts, more: shared });
  a.caller.isElsewhere = () => false;
  b.caller.isElsewhere = () => true;
  await a.engine.register(registration([functionConfig("app-f", { retries: 0 })]));
  const { ids } = await b.engine.ingest({ body: { name: "test/app-f", data: {} }, seed: null });
  // Woken as other engines are: by their clocks.
  await a.engine.operations.createSchedule({ cron: "* * * * *", event: "test/tick" });
  await advance(61_000);
  expect(await a.output(ids[0] ?? "")).toBe("at A");
  expect(b.caller.calls).toEqual([]);
});
