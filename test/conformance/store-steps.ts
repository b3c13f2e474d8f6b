import { expect, test } from "vitest";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { makeAttempt, makeEnd, makeItem, makePlan, makeStart, makeStep, t0, toItem, write } from "./store-records.ts";

export function testSteps(open: OpenStore): void {
  async function openWithRun() {
    const opened = await openForTest(open);
    await mustCommit(opened.store, write({ starts: [makeStart("R1")] }));
    return opened.store;
  }

  test("a plan makes a pending step and puts its item", async () => {
    const store = await openWithRun();
    const plan = makePlan("R1", "a", { dueAt: t0 + 9 });
    const sleeping = { ...makePlan("R1", "b"), step: makeStep("R1", "b", { status: "Sleeping", wakesAt: t0 + 50 }) };
    await mustCommit(store, write({ plans: [plan, sleeping] }));
    expect(await store.listSteps("R1")).toEqual([plan.step, sleeping.step]);
    expect(await store.getRun("R1")).toMatchObject({ pendingCount: 2, stepCount: 0, stateBytes: 0 });
    expect(await store.listItems("R1")).toContainEqual(toItem(plan.item, 0));
    expect((await store.loadExecution("R1"))?.ended).toEqual([]);
  });

  test("a plan for a step that the run knows is skipped, pending or ended", async () => {
    const store = await openWithRun();
    await mustCommit(store, write({ plans: [makePlan("R1", "a")], ends: [makeEnd("R1", "b")] }));
    const before = await store.listSteps("R1");
    await mustCommit(store, write({ plans: [makePlan("R1", "a", { id: "x" }), makePlan("R1", "b", { id: "y" })] }));
    expect(await store.listSteps("R1")).toEqual(before);
    expect((await store.listItems("R1")).map((item) => item.id)).toEqual(["item-R1-a", "start-R1"]);
    expect(await store.getRun("R1")).toMatchObject({ pendingCount: 1, stepCount: 1 });
  });

  test("steps get positions in the order in which they end, planned or not", async () => {
    const store = await openWithRun();
    await mustCommit(store, write({ plans: ["a", "b", "c"].map((id) => makePlan("R1", id)) }));
    await mustCommit(store, write({ ends: [makeEnd("R1", "c"), makeEnd("R1", "new")] }));
    await mustCommit(store, write({ ends: [makeEnd("R1", "a")] }));
    const steps = await store.listSteps("R1");
    expect(steps.map(({ id, position }) => [id, position])).toEqual([
      ["c", 1],
      ["new", 2],
      ["a", 3],
      ["b", null],
    ]);
    expect((await store.loadExecution("R1"))?.ended).toEqual(steps.slice(0, 3));
    expect(steps[1]).toEqual({ ...makeEnd("R1", "new").step, position: 2 });
    expect(await store.getRun("R1")).toMatchObject({ pendingCount: 1, stepCount: 3, stateBytes: 30 });
  });

  test("unended steps stand as they were planned", async () => {
    const store = await openWithRun();
    await mustCommit(store, write({ plans: ["z", "a"].map((id) => makePlan("R1", id)) }));
    await mustCommit(store, write({ ends: [makeEnd("R1", "k")] }));
    await mustCommit(store, write({ plans: ["b", "A"].map((id) => makePlan("R1", id)) }));
    expect((await store.listSteps("R1")).map((step) => step.id)).toEqual(["k", "z", "a", "b", "A"]);
  });

  test("steps of a race that are under way do not keep a run from being idle, and are listed while they last", async () => {
    const store = await openWithRun();
    const discover = (id: string) => makeItem(id, { runId: "R1" });
    const racer = { ...makePlan("R1", "racer"), step: makeStep("R1", "racer", { race: true }) };
    await mustCommit(store, write({ plans: [racer, makePlan("R1", "a")], putWhenIdle: discover("first") }));
    expect(await store.listPendingSteps("R1")).toEqual(["racer", "a"]);
    expect((await store.listSteps("R1"))[0]).toEqual(racer.step);
    await mustCommit(store, write({ ends: [makeEnd("R1", "a")], putWhenIdle: discover("second") }));
    expect(await store.listPendingSteps("R1")).toEqual(["racer"]);
    await mustCommit(store, write({ plans: [makePlan("R1", "b")], putWhenIdle: discover("third") }));
    await mustCommit(store, write({ ends: [makeEnd("R1", "racer")], putWhenIdle: discover("fourth") }));
    await mustCommit(store, write({ ends: [makeEnd("R1", "b")], putWhenIdle: discover("fifth") }));
    expect(await store.listPendingSteps("R1")).toEqual([]);
    const ids = (await store.listItems("R1")).map(({ id }) => id).filter((id) => /^(?:fi|se|th|fo)/.test(id));
    expect(ids.sort()).toEqual(["fifth", "second"]);
  });

  test("the first end of a step counts", async () => {
    const store = await openWithRun();
    await mustCommit(store, write({ ends: [makeEnd("R1", "a"), makeEnd("R1", "a", { memo: '{"data":2}' })] }));
    const before = await store.listSteps("R1");
    await mustCommit(store, write({ ends: [makeEnd("R1", "a", { memo: '{"data":333}', status: "Failed" })] }));
    expect(await store.listSteps("R1")).toEqual(before);
    expect(before.map(({ memo, position }) => ({ memo, position }))).toEqual([{ memo: '{"data":1}', position: 1 }]);
    expect(await store.getRun("R1")).toMatchObject({ pendingCount: 0, stepCount: 1, stateBytes: 10 });
  });

  test("state is counted in bytes of UTF-8", async () => {
    const store = await openWithRun();
    const memo = '{"data":"é🎈"}';
    await mustCommit(store, write({ ends: [makeEnd("R1", "a", { memo }), makeEnd("R1", "b", { memo: "null" })] }));
    expect((await store.getRun("R1"))?.stateBytes).toBe(Buffer.byteLength(memo) + 4);
    expect((await store.loadExecution("R1"))?.ended.map((step) => step.memo)).toEqual([memo, "null"]);
  });

  test("steps of a run that does not exist are not written", async () => {
    const store = await openWithRun();
    await mustCommit(store, write({ plans: [makePlan("R9", "a")], ends: [makeEnd("R9", "b")] }));
    expect(await store.listSteps("R9")).toEqual([]);
    expect(await store.listItems("R9")).toEqual([]);
  });

  test("attempts are kept as they were written", async () => {
    const store = await openWithRun();
    const attempts = [
      makeAttempt("R1", { stepId: "a", displayName: "step a", retryAt: t0 + 30 }),
      makeAttempt("R1", { attempt: 1 }),
    ];
    await mustCommit(store, write({ attempts: [makeAttempt("R2"), ...attempts] }));
    expect(await store.listAttempts("R1")).toEqual(attempts);
  });

  test("what waits for an idle run is put when the last pending step has ended", async () => {
    const store = await openWithRun();
    const discover = makeItem("discover", { runId: "R1", dueAt: t0 + 7 });
    const finish = (id: string) =>
      mustCommit(store, write({ ends: [makeEnd("R1", id)], putWhenIdle: { ...discover, id: `discover-${id}` } }));
    await mustCommit(store, write({ plans: ["a", "b"].map((id) => makePlan("R1", id)), putWhenIdle: discover }));
    expect((await finish("a")).nextDueAt).toBeNull();
    expect((await finish("b")).nextDueAt).toBe(t0 + 7);
    const kinds = (await store.listItems("R1")).filter((item) => item.kind === "discover");
    expect(kinds.map((item) => item.id)).toEqual(["discover-b"]);
  });

  test("two parallel steps that end at once bring one discovery", async () => {
    const store = await openWithRun();
    await leaseAll(store);
    const ids = ["a", "b", "c"];
    await mustCommit(store, write({ plans: ids.map((id) => makePlan("R1", id)) }));
    const items = await leaseAll(store);
    await Promise.all(
      items.map((item) =>
        store.commit({
          lease: tokenOf(item),
          openRun: "R1",
          ends: [makeEnd("R1", item.stepId ?? "")],
          putWhenIdle: makeItem(`discover-after-${item.stepId}`, { runId: "R1" }),
        }),
      ),
    );
    const discoveries = (await store.listItems("R1")).filter((item) => item.kind === "discover");
    expect(discoveries).toHaveLength(1);
    expect((await store.listSteps("R1")).map((step) => step.position)).toEqual([1, 2, 3]);
    expect(await store.getRun("R1")).toMatchObject({ stepCount: 3, pendingCount: 0 });
  });
}
