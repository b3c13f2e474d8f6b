import { expect, test } from "vitest";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import {
  endOfRun,
  makeApp,
  makeAttempt,
  makeEnd,
  makeEvent,
  makeFunction,
  makeItem,
  makePlan,
  makeStart,
  t0,
  write,
} from "./store-records.ts";

/** A transition that every store refuses for its data alone: a text column that must not be empty of value gets null. */
function poisoned(id: string) {
  return write({
    events: [makeEvent(`${id}-before`), makeEvent(id, { name: null as unknown as string })],
    puts: [makeItem(`item-${id}`)],
  });
}

export function testCommit(open: OpenStore): void {
  test("an empty transition is written", async () => {
    const { store } = await openForTest(open);
    expect(await store.commit(write({}))).toEqual({
      ok: true,
      claimed: [],
      startedRuns: [],
      skippedRuns: [],
      cancelledRuns: [],
      refusals: [],
      nextDueAt: null,
    });
  });

  test("with a lost lease nothing at all is written", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1")], plans: [] }));
    const before = await store.getRun("R1");
    for (const lease of [
      { itemId: "none", fence: 1 },
      { itemId: "start-R1", fence: 0 },
      { itemId: "start-R1", fence: 1 },
    ]) {
      const result = await store.commit(
        {
          lease,
          events: [makeEvent("E1")],
          starts: [makeStart("R2")],
          plans: [makePlan("R1", "a")],
          ends: [makeEnd("R1", "b")],
          attempts: [makeAttempt("R1")],
          run: { ...endOfRun("R1"), requestVersion: 2 },
          puts: [makeItem("I1")],
          putWhenIdle: makeItem("I2", { runId: "R1" }),
          sync: { app: makeApp("shop"), functions: [makeFunction("shop", "a")], crons: [] },
        },
        { now: t0, leaseUntil: t0 + 1, limit: 10 },
      );
      expect(result).toEqual({ ok: false, reason: "stale" });
    }
    expect(await store.getRun("R1")).toEqual(before);
    expect(await store.getEvent("E1")).toBeNull();
    expect(await store.getRun("R2")).toBeNull();
    expect(await store.listSteps("R1")).toEqual([]);
    expect(await store.listAttempts("R1")).toEqual([]);
    expect(await store.listApps()).toEqual([]);
    expect(await store.listFunctions()).toEqual([]);
    expect((await leaseAll(store)).map((item) => item.id)).toEqual(["start-R1"]);
  });

  test("of two commits under one lease at the same time, one is written", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ puts: [makeItem("I1")] }));
    const [item] = await leaseAll(store);
    const results = await Promise.all(
      ["E1", "E2"].map((id) => store.commit({ lease: tokenOf(item), events: [makeEvent(id)] })),
    );
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(await store.listEvents({ limit: 10 })).toHaveLength(1);
  });

  test("two leases at the same time share nothing", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ puts: Array.from({ length: 20 }, (_, index) => makeItem(`I${index}`)) }));
    const request = { now: t0, leaseUntil: t0 + 9, limit: 8 };
    const leased = (await Promise.all([store.lease(request), store.lease(request), store.lease(request)])).flat();
    expect(leased).toHaveLength(20);
    expect(new Set(leased.map((item) => item.id)).size).toBe(20);
  });

  test("a thousand commits at the same time are all written", async () => {
    const { store } = await openForTest(open);
    const ids = Array.from({ length: 1_000 }, (_, index) => `E${String(index).padStart(4, "0")}`);
    await Promise.all(ids.map((id) => mustCommit(store, write({ events: [makeEvent(id)] }))));
    expect((await store.listEvents({ limit: 1_000 })).map((event) => event.internalId)).toEqual(ids.toReversed());
  });

  test("what a commit wrote can be read when it resolves", async () => {
    const { store } = await openForTest(open);
    const reads = ["E1", "E2", "E3"].map(async (id) => {
      await mustCommit(store, write({ events: [makeEvent(id)] }));
      return await store.getEvent(id);
    });
    expect((await Promise.all(reads)).map((event) => event?.internalId)).toEqual(["E1", "E2", "E3"]);
  });

  test("a transition that fails is written not even in part, and its neighbours are written", async () => {
    const { store } = await openForTest(open);
    const results = await Promise.allSettled([
      store.commit(write({ events: [makeEvent("E1")] })),
      store.commit(poisoned("bad")),
      store.commit(write({ puts: [makeItem("I2")], events: [makeEvent("E2")] })),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { name: "EngineError", code: "store_failed" } });
    expect((await store.listEvents({ limit: 10 })).map((event) => event.internalId)).toEqual(["E2", "E1"]);
    expect((await leaseAll(store)).map((item) => item.id)).toEqual(["I2"]);
    await expect(store.commit(poisoned("alone"))).rejects.toMatchObject({ code: "store_failed" });
    await mustCommit(store, write({ events: [makeEvent("E3")] }));
  });
}
