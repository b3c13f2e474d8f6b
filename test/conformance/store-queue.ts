import { describe, expect, test } from "vitest";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { makeItem, makePlan, makeRun, makeStart, t0, toItem, write } from "./store-records.ts";

export function testQueue(open: OpenStore): void {
  test("keeps an item as it was put; the same id again is nothing", async () => {
    const { store } = await openForTest(open);
    const item = makeItem("I1", {
      kind: "wake",
      runId: "R1",
      stepId: "a",
      attempt: 2,
      maxAttempts: 5,
      payload: "race",
    });
    await mustCommit(store, write({ puts: [item] }));
    const again = await mustCommit(store, write({ puts: [{ ...item, dueAt: t0 - 100 }] }));
    expect(again.nextDueAt).toBeNull();
    expect(await store.listItems("R1")).toEqual([toItem(item, 0)]);
  });

  test("leases what is due, earliest first, then by id, up to the limit", async () => {
    const { store } = await openForTest(open);
    const due = { c: 1, b: 1, a: 2, z: 0, later: 11 };
    await mustCommit(store, write({ puts: Object.entries(due).map(([id, at]) => makeItem(id, { dueAt: t0 + at })) }));
    const lease = async (limit: number) =>
      (await store.lease({ now: t0 + 10, leaseUntil: t0 + 99, limit })).map((item) => item.id);
    expect(await lease(3)).toEqual(["z", "b", "c"]);
    expect(await lease(3)).toEqual(["a"]);
    expect(await lease(3)).toEqual([]);
    expect(await store.lease({ now: t0 + 11, leaseUntil: t0 + 99, limit: 1 })).toEqual([
      toItem(makeItem("later", { dueAt: t0 + 11 }), 1),
    ]);
  });

  test("an expired lease becomes free, and its holder is fenced out", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ puts: [makeItem("I1")] }));
    const [first] = await store.lease({ now: t0, leaseUntil: t0 + 10, limit: 1 });
    expect(await store.lease({ now: t0 + 9, leaseUntil: t0 + 30, limit: 1 })).toEqual([]);
    const [second] = await store.lease({ now: t0 + 10, leaseUntil: t0 + 30, limit: 1 });
    expect([first?.fence, second?.fence]).toEqual([1, 2]);
    const puts = [makeItem("I2")];
    expect(await store.commit({ lease: tokenOf(first), puts })).toEqual({ ok: false, reason: "stale" });
    expect(await store.extend([tokenOf(first)], t0 + 90)).toEqual([tokenOf(first)]);
    expect(await store.nextDueAt()).toBe(t0 + 30);
    await mustCommit(store, { lease: tokenOf(second), puts });
    expect((await leaseAll(store, t0 + 40)).map((item) => item.id)).toEqual(["I2"]);
  });

  test("an expired lease that nobody took over still counts", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ puts: [makeItem("I1")] }));
    const [item] = await store.lease({ now: t0, leaseUntil: t0 + 10, limit: 1 });
    await mustCommit(store, { lease: tokenOf(item) });
    expect(await store.nextDueAt()).toBeNull();
  });

  test("extend prolongs leases, never shortens them, and tells which were lost", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ puts: [makeItem("I1"), makeItem("I2"), makeItem("I3")] }));
    const [one, two, three] = await store.lease({ now: t0, leaseUntil: t0 + 10, limit: 3 });
    await mustCommit(store, { lease: tokenOf(two) });
    const gone = { itemId: "none", fence: 1 };
    expect(await store.extend([tokenOf(one), tokenOf(two), gone], t0 + 50)).toEqual([tokenOf(two), gone]);
    expect(await store.extend([tokenOf(one)], t0 + 20)).toEqual([]);
    expect(await store.extend([], t0 + 20)).toEqual([]);
    expect((await leaseAll(store, t0 + 49)).map((item) => item.id)).toEqual([three?.id]);
    expect((await leaseAll(store, t0 + 50)).map((item) => item.id)).toEqual(["I1"]);
  });

  test("a lease of a start item, and no other, marks its run as Running", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1"), makeStart("R2", {}, { dueAt: t0 + 1 })] }));
    await mustCommit(store, write({ starts: [makeStart("R3", {}, { kind: "discover" })] }));
    await leaseAll(store, t0 + 5, 1);
    expect(await store.getRun("R1")).toEqual(makeRun("R1", { version: 1, status: "Running", startedAt: t0 + 5 }));
    expect((await store.getRun("R3"))?.status).toBe("Queued");
    await leaseAll(store, t0 + 6);
    expect((await store.getRun("R1"))?.startedAt).toBe(t0 + 5);
  });

  test("nextDueAt is the earliest free item or the end of the earliest lease", async () => {
    const { store } = await openForTest(open);
    expect(await store.nextDueAt()).toBeNull();
    await mustCommit(store, write({ puts: [makeItem("I1", { dueAt: t0 }), makeItem("I2", { dueAt: t0 + 500 })] }));
    expect(await store.nextDueAt()).toBe(t0);
    await store.lease({ now: t0, leaseUntil: t0 + 90, limit: 1 });
    expect(await store.nextDueAt()).toBe(t0 + 90);
    await store.extend([{ itemId: "I1", fence: 1 }], t0 + 900);
    expect(await store.nextDueAt()).toBe(t0 + 500);
  });

  test("lists a run's items earliest first, at most 100", async () => {
    const { store } = await openForTest(open);
    const puts = Array.from({ length: 120 }, (_, index) =>
      makeItem(`I${index}`, { runId: "R1", dueAt: t0 + 200 - index }),
    );
    await mustCommit(store, write({ puts: [...puts, makeItem("other", { runId: "R2", dueAt: t0 })] }));
    const items = await store.listItems("R1");
    expect(items.map((item) => item.id)).toEqual(
      puts
        .toReversed()
        .slice(0, 100)
        .map((item) => item.id),
    );
  });

  describe("settlement of the leased item", () => {
    async function openLeased() {
      const opened = await openForTest(open);
      await mustCommit(opened.store, write({ puts: [makeItem("I1", { runId: "R1" })] }));
      const [item] = await opened.store.lease({ now: t0, leaseUntil: t0 + 10, limit: 1 });
      return { store: opened.store, token: tokenOf(item) };
    }

    test("done is the default: the item leaves the queue", async () => {
      const { store, token } = await openLeased();
      expect(await mustCommit(store, { lease: token })).toMatchObject({ claimed: [], nextDueAt: null });
      expect(await store.listItems("R1")).toEqual([]);
      expect(await store.commit({ lease: token })).toEqual({ ok: false, reason: "stale" });
    });

    test("keep leaves it leased, under the same token", async () => {
      const { store, token } = await openLeased();
      await mustCommit(store, { lease: token, settle: { kind: "keep" } });
      expect(await leaseAll(store, t0 + 1)).toEqual([]);
      await mustCommit(store, { lease: token, settle: { kind: "done" } });
    });

    test("retry puts it back, free, with another attempt and due time", async () => {
      const { store, token } = await openLeased();
      const retry = { kind: "retry", attempt: 1, dueAt: t0 + 70 } as const;
      expect(await mustCommit(store, { lease: token, settle: retry })).toMatchObject({ nextDueAt: t0 + 70 });
      expect(await store.commit({ lease: token })).toEqual({ ok: false, reason: "stale" });
      expect(await leaseAll(store, t0 + 69)).toEqual([]);
      expect(await leaseAll(store, t0 + 70)).toEqual([
        toItem(makeItem("I1", { runId: "R1", attempt: 1, dueAt: t0 + 70, rank: t0 }), 2),
      ]);
    });
  });

  describe("a claim", () => {
    test("leases what was just put and is due, in order, up to its limit", async () => {
      const { store } = await openForTest(open);
      await mustCommit(store, write({ puts: [makeItem("older", { dueAt: t0 - 50 })] }));
      const { claimed, nextDueAt } = await mustCommit(
        store,
        write({
          starts: [makeStart("R1"), makeStart("R2", {}, { dueAt: t0 - 1 }), makeStart("R3", {}, { dueAt: t0 + 9 })],
          puts: [makeItem("later", { dueAt: t0 + 8 })],
        }),
        { now: t0, leaseUntil: t0 + 30, limit: 10 },
      );
      expect(claimed.map(({ id, fence }) => [id, fence])).toEqual([
        ["start-R2", 1],
        ["start-R1", 1],
      ]);
      expect(nextDueAt).toBe(t0 + 8);
      expect(await store.getRun("R1")).toMatchObject({ status: "Running", startedAt: t0 });
      expect(await store.getRun("R3")).toMatchObject({ status: "Queued", startedAt: null });
      expect((await leaseAll(store)).map((item) => item.id)).toEqual(["older"]);
      await mustCommit(store, { lease: tokenOf(claimed[0]) });
    });

    test("stops at its limit; what is left is told by nextDueAt", async () => {
      const { store } = await openForTest(open);
      const puts = ["b", "a", "c"].map((id) => makeItem(id));
      const claim = { now: t0, leaseUntil: t0 + 30, limit: 2 };
      const result = await mustCommit(store, write({ puts }), claim);
      expect(result.claimed.map((item) => item.id)).toEqual(["a", "b"]);
      expect(result.nextDueAt).toBe(t0);
      const none = await mustCommit(store, write({ puts: [makeItem("d")] }), { ...claim, limit: 0 });
      expect(none).toMatchObject({ claimed: [], nextDueAt: t0 });
      expect((await leaseAll(store)).map((item) => item.id)).toEqual(["c", "d"]);
    });

    test("takes plans, items of an idle run and an item put back, not one that was there already", async () => {
      const { store } = await openForTest(open);
      await mustCommit(store, write({ starts: [makeStart("R1")], puts: [makeItem("known")] }));
      const claim = { now: t0, leaseUntil: t0 + 30, limit: 10 };
      const planned = await mustCommit(
        store,
        write({ plans: [makePlan("R1", "a")], puts: [makeItem("known")] }),
        claim,
      );
      expect(planned.claimed.map((item) => item.id)).toEqual(["item-R1-a"]);
      const idle = await mustCommit(store, write({ putWhenIdle: makeItem("idle", { runId: "R1" }) }), claim);
      expect(idle.claimed).toEqual([]);
      const token = tokenOf(planned.claimed[0]);
      const back = await mustCommit(store, { lease: token, settle: { kind: "retry", attempt: 1, dueAt: t0 } }, claim);
      expect(back.claimed.map(({ id, attempt, fence }) => ({ id, attempt, fence }))).toEqual([
        { id: "item-R1-a", attempt: 1, fence: 2 },
      ]);
    });
  });

  test("leases give what is due, once, from among 10,000 items", async () => {
    const { store } = await openForTest(open);
    const total = 10_000;
    for (let from = 0; from < total; from += 5_000) {
      const puts = Array.from({ length: 5_000 }, (_, index) =>
        makeItem(`I${String(((from + index) * 7919) % total).padStart(6, "0")}`, {
          dueAt: t0 + ((from + index) % 1_000),
        }),
      );
      await mustCommit(store, write({ puts }));
    }
    const seen = new Set<string>();
    for (let round = 0; round < 200; round++) {
      const items = await store.lease({ now: t0 + 1_000, leaseUntil: t0 + 99_000, limit: 10 });
      for (const item of items) seen.add(item.id);
      await store.nextDueAt();
    }
    expect(seen.size).toBe(2_000);
  });
}
