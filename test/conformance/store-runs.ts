import { describe, expect, test } from "vitest";
import type { Store } from "../../server/src/ports/store.ts";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { endOfRun, makeAttempt, makeEnd, makeItem, makePlan, makeRun, makeStart, t0, write } from "./store-records.ts";

const dayMs = 24 * 60 * 60 * 1000;

export function testRuns(open: OpenStore): void {
  test("keeps a run as it was given", async () => {
    const { store } = await openForTest(open);
    const run = makeRun("R1", { idempotencyKey: "key", cron: "* * * * *", requestVersion: 2, forcePlan: true });
    await mustCommit(store, write({ starts: [{ run, item: makeItem("I1", { kind: "start", runId: "R1" }) }] }));
    expect(await store.getRun("R1")).toEqual(run);
    expect(await store.loadExecution("R1")).toEqual({ run, ended: [], events: [] });
  });

  test("a decision that rests on an old version of its run is refused, and leaves nothing behind", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1")] }));
    const [item] = await leaseAll(store);
    const { version = -1 } = (await store.getRun("R1")) ?? {};
    const save = (stepId: string, runVersion: number) =>
      store.commit({
        lease: tokenOf(item),
        settle: { kind: "keep" },
        openRun: "R1",
        runVersion,
        ends: [makeEnd("R1", stepId, { memo: '{"data":1}' })],
      });

    const first = await save("a", version);
    const late = await Promise.all([save("b", version), save("c", version)]);
    const known = first.ok ? (first.openRun?.version ?? -1) : -1;
    // Two at the same moment: one of them is first.
    const both = await Promise.all([save("d", known), save("e", known)]);

    expect(first).toMatchObject({ ok: true, openRun: { stepCount: 1, pendingCount: 0, stateBytes: 10 } });
    expect(known).toBeGreaterThan(version);
    const moved = { ok: false, reason: "run-moved" };
    expect(late).toEqual([moved, moved]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both).toContainEqual(moved);
    const run = await store.getRun("R1");
    expect(run).toMatchObject({ stepCount: 2, version: known + 1 });
    expect((await store.listSteps("R1")).map(({ id }) => id)).toEqual(["a", both[0]?.ok === true ? "d" : "e"]);
    expect((await store.loadExecution("R1"))?.run).toEqual(run);
  });

  test("a run's log and metadata make no decision about it old", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1")] }));
    const target = { runId: "R1", stepId: null, attempt: null };
    await mustCommit(store, write({ metadata: [{ ...target, kind: "note", op: "set", values: "{}" }] }));
    expect((await store.getRun("R1"))?.version).toBe(0);
  });

  test("a run that nobody started is null", async () => {
    const { store } = await openForTest(open);
    expect(await store.getRun("R1")).toBeNull();
    expect(await store.loadExecution("R1")).toBeNull();
    expect(await store.listSteps("R1")).toEqual([]);
    expect(await store.listAttempts("R1")).toEqual([]);
    expect(await store.listItems("R1")).toEqual([]);
    expect(await store.listRunsOfEvent("E1")).toEqual([]);
  });

  test("a run id is started once", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1")] }));
    const again = await mustCommit(store, write({ starts: [makeStart("R1", { functionId: "other" }, { id: "I2" })] }));
    expect(again.startedRuns).toEqual([]);
    expect((await store.getRun("R1"))?.functionId).toBe("function-1");
    expect((await store.listItems("R1")).map((item) => item.id)).toEqual(["start-R1"]);
  });

  describe("an idempotency key", () => {
    const start = (store: Store, runId: string, idempotencyKey: string, queuedAt: number) =>
      mustCommit(store, write({ starts: [makeStart(runId, { idempotencyKey, queuedAt })] }));

    test("makes two runs one within 24 hours", async () => {
      const { store } = await openForTest(open);
      await start(store, "R1", "key", t0);
      expect((await start(store, "R2", "key", t0 + dayMs - 1)).startedRuns).toEqual([]);
      expect(await store.getRun("R2")).toBeNull();
      expect(await store.listItems("R2")).toEqual([]);
      expect((await start(store, "R3", "other", t0 + 1)).startedRuns).toEqual(["R3"]);
      expect((await start(store, "R4", "key", t0 + dayMs)).startedRuns).toEqual(["R4"]);
    });

    test("counts within one transition, and stands when its run has ended", async () => {
      const { store } = await openForTest(open);
      const starts = ["R1", "R2"].map((id) => makeStart(id, { idempotencyKey: "key" }));
      expect((await mustCommit(store, write({ starts }))).startedRuns).toEqual(["R1"]);
      await mustCommit(store, write({ run: endOfRun("R1") }));
      expect((await start(store, "R3", "key", t0 + 1)).startedRuns).toEqual([]);
    });
  });

  test("lists runs newest first, filtered and paged", async () => {
    const { store } = await openForTest(open);
    const ids = ["R1", "R2", "R3", "R4"];
    const starts = ids.map((id, index) => makeStart(id, { functionId: `function-${index % 2}`, eventIds: ["E1"] }));
    await mustCommit(store, write({ starts }));
    await mustCommit(store, write({ run: endOfRun("R2", "Failed") }));
    const list = async (filter: Parameters<typeof store.listRuns>[0]) =>
      (await store.listRuns(filter)).map((run) => run.id);
    expect(await list({ limit: 1_000 })).toEqual(["R4", "R3", "R2", "R1"]);
    expect(await list({ limit: 2, cursor: "R4" })).toEqual(["R3", "R2"]);
    expect(await list({ limit: 10, functionId: "function-0" })).toEqual(["R3", "R1"]);
    expect(await list({ limit: 10, status: "Failed" })).toEqual(["R2"]);
    expect(await list({ limit: 10, status: "Queued", functionId: "function-1", cursor: "R9" })).toEqual(["R4"]);
    expect((await store.listRunsOfEvent("E1")).map((run) => run.id)).toEqual(ids);
  });

  test("lists a run under each of its events", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1", { eventIds: ["E1", "E2"] })] }));
    expect((await store.listRunsOfEvent("E2")).map((run) => run.id)).toEqual(["R1"]);
  });

  test("a patch changes what it names and nothing else", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1")] }));
    await mustCommit(store, write({ run: { runId: "R1", requestVersion: 2 } }));
    expect(await store.getRun("R1")).toEqual(makeRun("R1", { version: 1, requestVersion: 2 }));
    await mustCommit(store, write({ run: { runId: "R1", forcePlan: true } }));
    await mustCommit(store, write({ run: { runId: "R1" } }));
    expect(await store.getRun("R1")).toEqual(makeRun("R1", { version: 2, requestVersion: 2, forcePlan: true }));
  });

  test("its end takes its items out of the queue and cancels its unended steps", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1"), makeStart("R2")] }));
    await mustCommit(store, write({ plans: [makePlan("R1", "a"), makePlan("R1", "b")], ends: [makeEnd("R1", "a")] }));
    await mustCommit(store, write({ run: { ...endOfRun("R1", "Cancelled"), requestVersion: 1 } }));
    expect(await store.getRun("R1")).toEqual(
      makeRun("R1", {
        version: 5,
        status: "Cancelled",
        endedAt: t0 + 100,
        output: '"done"',
        requestVersion: 1,
        stepCount: 1,
        pendingCount: 0,
        stateBytes: 10,
      }),
    );
    expect((await store.listSteps("R1")).map(({ id, status, endedAt }) => ({ id, status, endedAt }))).toEqual([
      { id: "a", status: "Completed", endedAt: t0 + 2 },
      { id: "b", status: "Cancelled", endedAt: t0 + 100 },
    ]);
    expect((await store.loadExecution("R1"))?.ended.map((step) => step.id)).toEqual(["a"]);
    expect((await leaseAll(store)).map((item) => item.id)).toEqual(["start-R2"]);
  });

  test("its end takes along items that the same transition puts, keeps or puts back", async () => {
    const { store } = await openForTest(open);
    for (const [runId, settle] of [
      ["R1", { kind: "keep" }],
      ["R2", { kind: "retry", attempt: 1, dueAt: t0 + 1 }],
    ] as const) {
      await mustCommit(store, write({ starts: [makeStart(runId)] }));
      const [item] = await leaseAll(store);
      const result = await mustCommit(store, {
        lease: tokenOf(item),
        settle,
        plans: [makePlan(runId, "a")],
        puts: [makeItem(`more-${runId}`, { runId })],
        putWhenIdle: makeItem(`idle-${runId}`, { runId }),
        run: endOfRun(runId),
      });
      expect(result.nextDueAt).toBeNull();
      expect(await store.listItems(runId)).toEqual([]);
    }
    expect(await store.nextDueAt()).toBeNull();
  });

  describe("that has ended", () => {
    async function openEnded() {
      const opened = await openForTest(open);
      await mustCommit(opened.store, write({ starts: [makeStart("R1")] }));
      await mustCommit(opened.store, write({ run: endOfRun("R1") }));
      return { ...opened, before: await opened.store.getRun("R1") };
    }

    test("refuses a transition that names it as open, whole", async () => {
      const { store, before } = await openEnded();
      const transition = write({
        openRun: "R1",
        ends: [makeEnd("R1", "a")],
        attempts: [makeAttempt("R1")],
        puts: [makeItem("I1")],
        starts: [makeStart("R2")],
      });
      expect(await store.commit(transition)).toEqual({ ok: false, reason: "run-ended" });
      expect(await store.commit({ ...transition, openRun: "R9" })).toEqual({ ok: false, reason: "run-ended" });
      expect(await store.getRun("R1")).toEqual(before);
      expect(await store.getRun("R2")).toBeNull();
      expect(await store.listSteps("R1")).toEqual([]);
      expect(await store.listAttempts("R1")).toEqual([]);
      expect(await store.nextDueAt()).toBeNull();
    });

    test("takes no steps, no items of an idle run and no patch", async () => {
      const { store, before } = await openEnded();
      await mustCommit(
        store,
        write({
          plans: [makePlan("R1", "a")],
          ends: [makeEnd("R1", "b")],
          putWhenIdle: makeItem("I1", { runId: "R1" }),
          run: { runId: "R1", requestVersion: 7, end: { status: "Failed", endedAt: t0 + 500, output: "2" } },
        }),
      );
      expect(await store.getRun("R1")).toEqual(before);
      expect(await store.listSteps("R1")).toEqual([]);
      expect(await store.nextDueAt()).toBeNull();
    });

    test("does not become Running when a late item of it is leased", async () => {
      const { store, before } = await openEnded();
      await mustCommit(store, write({ puts: [makeItem("late", { kind: "start", runId: "R1" })] }));
      expect(await leaseAll(store)).toHaveLength(1);
      expect(await store.getRun("R1")).toEqual(before);
    });
  });
}
