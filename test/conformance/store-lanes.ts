/** Lanes: whose turn it is, and what limits and throttles hold back. */
import { describe, expect, onTestFinished, test } from "vitest";
import { createLane, type Throttle } from "../../server/src/domain/queue/lane.ts";
import { claim, fn, ids, inLane, lease, slot, startIn } from "./lane-records.ts";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { endOfRun, makeItem, t0, toItem, write } from "./store-records.ts";

export function testLanes(open: OpenStore): void {
  test("in a lane the lowest rank goes first, whatever is due first", async () => {
    const { store } = await openForTest(open);
    const lane = createLane(fn);
    await mustCommit(
      store,
      write({
        puts: [
          inLane("late", lane, { rank: t0 + 9 }),
          inLane("urgent", lane, { rank: t0 - 600_000, dueAt: t0 }),
          inLane("b", lane, { rank: t0 }),
          inLane("a", lane, { rank: t0 }),
          inLane("future", lane, { rank: t0 - 900_000, dueAt: t0 + 5 }),
        ],
      }),
    );
    expect(ids(await lease(store, 3))).toEqual(["urgent", "a", "b"]);
    expect(ids(await lease(store))).toEqual(["late"]);
    expect(await store.nextDueAt()).toBe(t0 + 5);
    expect(ids(await lease(store, 100, t0 + 5))).toEqual(["future"]);
  });

  test("the engine's own work goes before all lanes", async () => {
    const { store } = await openForTest(open);
    const calls = [1, 2, 3].map((n) => inLane(`call${n}`, createLane(fn), { rank: 0 }));
    await mustCommit(store, write({ puts: [...calls, makeItem("own")] }));
    expect(ids(await lease(store, 2))).toEqual(["own", "call1"]);
  });

  test("lanes take turns: a backlog of one does not hold up another", async () => {
    const { store } = await openForTest(open);
    const [a, b] = [createLane("function-a"), createLane("function-b")];
    const many = Array.from({ length: 500 }, (_, n) => inLane(`a${String(n).padStart(3, "0")}`, a));
    await mustCommit(store, write({ puts: many }), claim(0));
    expect(ids(await lease(store, 3))).toEqual(["a000", "a001", "a002"]);
    const puts = [inLane("b1", b, { rank: t0 + 50 }), inLane("b2", b, { rank: t0 + 51 })];
    await mustCommit(store, write({ puts }), claim(0));
    expect(
      ids(await lease(store, 1))
        .concat(ids(await lease(store, 1)))
        .sort(),
    ).toEqual(["a003", "b1"]);
    expect(ids(await lease(store, 2)).sort()).toEqual(["a004", "b2"]);
  });

  test("many lanes get the same share of few places", async () => {
    const { store } = await openForTest(open);
    const lanes = Array.from({ length: 7 }, (_, n) => createLane(`function-${n}`));
    const puts = lanes.flatMap((lane, n) =>
      Array.from({ length: 10 + 30 * n }, (_, i) => inLane(`${lane.id}/${1000 + i}`, lane)),
    );
    await mustCommit(store, write({ puts }));
    const counts = new Map<string, number>();
    for (let round = 0; round < 14; round++) {
      for (const item of await lease(store, 5)) counts.set(item.functionId, (counts.get(item.functionId) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(lanes.map(() => 10));
  });

  describe("a slot", () => {
    test("lets no more than its limit be leased, whoever leases", async () => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [slot("k", 2)]);
      const put = await mustCommit(store, write({ puts: ["a", "b", "c", "d"].map((id) => inLane(id, lane)) }), claim());
      expect(ids(put.claimed)).toEqual(["a", "b"]);
      expect(put.nextDueAt).toBeNull();
      expect(await lease(store)).toEqual([]);
      expect(await store.nextDueAt()).toBe(t0 + 10_000);
    });

    test("is handed on in the commit that frees it", async () => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [slot("k", 1)]);
      const first = await mustCommit(store, write({ puts: ["a", "b"].map((id) => inLane(id, lane)) }), claim());
      const next = await mustCommit(store, { lease: tokenOf(first.claimed[0]) }, claim(1));
      expect(next.claimed).toEqual([toItem(inLane("b", lane), 1)]);
      expect(next.nextDueAt).toBeNull();
    });

    test("that is freed without a claim says that there is something to lease", async () => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [slot("k", 1)]);
      await mustCommit(store, write({ puts: ["a", "b"].map((id) => inLane(id, lane)) }));
      const [a] = await lease(store);
      const freed = await mustCommit(store, { lease: tokenOf(a) });
      expect(freed.nextDueAt).not.toBeNull();
      expect(freed.nextDueAt).toBeLessThanOrEqual(t0);
      expect(await store.nextDueAt()).toBe(t0);
      expect(ids(await lease(store))).toEqual(["b"]);
    });

    test("goes to the run's own next item only when that has the turn", async () => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [slot("k", 1)]);
      const old = inLane("old", lane, { rank: t0 - 5 });
      const { claimed } = await mustCommit(store, write({ puts: [inLane("first", lane), old] }), claim());
      expect(ids(claimed)).toEqual(["old"]);
      const puts = [inLane("next", lane, { rank: t0 + 5 })];
      const after = await mustCommit(store, { lease: tokenOf(claimed[0]), puts }, claim(2));
      expect(ids(after.claimed)).toEqual(["first"]);
    });

    test.each(["retry", "expiry", "end of run"])("is free again after %s", async (how) => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [slot("k", 1)]);
      await mustCommit(store, write({ starts: [startIn("R1", lane), startIn("R2", lane)] }));
      const [first] = await lease(store);
      expect(await lease(store)).toEqual([]);
      if (how === "retry") {
        const settle = { kind: "retry", attempt: 1, dueAt: t0 + 500 } as const;
        await mustCommit(store, { lease: tokenOf(first), settle });
      }
      if (how === "end of run") await mustCommit(store, write({ run: endOfRun("R1") }));
      const now = how === "expiry" ? t0 + 10_000 : t0;
      expect(await lease(store, 100, now)).toHaveLength(1);
      expect(await lease(store, 100, now)).toEqual([]);
    });

    test("stays taken while the item is kept", async () => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [slot("k", 1)]);
      await mustCommit(store, write({ puts: ["a", "b"].map((id) => inLane(id, lane)) }));
      const [a] = await lease(store);
      const kept = await mustCommit(store, { lease: tokenOf(a), settle: { kind: "keep" } }, claim());
      expect(kept.claimed).toEqual([]);
    });

    test("that lanes share goes to them in turn, and none stops the others", async () => {
      const { store } = await openForTest(open);
      const shared = slot("shared", 2);
      const lanes = ["x", "y", "z"].map((own) => createLane(fn, [shared, slot(own, 1)]));
      const puts = lanes.flatMap((lane, n) => [1, 2, 3].map((i) => inLane(`${"xyz"[n]}${i}`, lane)));
      let { claimed } = await mustCommit(store, write({ puts }), claim());
      const seen = ids(claimed);
      while (claimed.length > 0) {
        const [item, ...rest] = claimed;
        const next = await mustCommit(store, { lease: tokenOf(item) }, claim(2));
        seen.push(...ids(next.claimed));
        claimed = [...rest, ...next.claimed];
        expect(claimed.length).toBeLessThanOrEqual(2);
      }
      expect(seen.toSorted()).toEqual(puts.map((put) => put.id));
      expect(new Set(seen.slice(0, 3).map((id) => id[0])).size).toBe(3);
    });

    test("with another limit in another lane holds each to its own", async () => {
      const { store } = await openForTest(open);
      const [small, big] = [createLane(fn, [slot("k", 1)]), createLane(fn, [slot("k", 3)])];
      const puts = [1, 2, 3, 4].flatMap((n) => [inLane(`s${n}`, small), inLane(`b${n}`, big)]);
      await mustCommit(store, write({ puts }));
      const first = await lease(store);
      expect(first).toHaveLength(3);
      for (const item of first.slice(0, 2)) await mustCommit(store, { lease: tokenOf(item) });
      const second = await lease(store);
      expect(second.length).toBeGreaterThan(0);
      expect(second.every((item) => item.laneId === big.id)).toBe(true);
    });

    test("of a crashed engine is free when the store is opened again", async ({ skip }) => {
      const { store, reopen, shared } = await openForTest(open);
      if (reopen === undefined) return skip("this store keeps nothing");
      if (shared) return skip("engines that share a state leave each other's leases alone");
      const lane = createLane(fn, [slot("k", 1)], [slot("r", 2)]);
      const plain = createLane(fn, [slot("k", 1)]);
      await mustCommit(store, write({ starts: ["R1", "R2", "R3"].map((id) => startIn(id, lane)) }));
      expect(ids(await lease(store))).toEqual(["R1"]);
      await store.close();
      const again = await reopen();
      onTestFinished(() => again.close());
      const [first] = await lease(again);
      expect(first).toMatchObject({ fence: 2 });
      await mustCommit(again, { lease: tokenOf(first), puts: [inLane("more", plain, { runId: first?.runId ?? "" })] });
      // R1 still holds one of two run slots, so one more run may begin.
      const rest: string[] = [];
      for (let items = await lease(again); items.length > 0; items = await lease(again)) {
        rest.push(...ids(items));
        for (const item of items) await mustCommit(again, { lease: tokenOf(item) });
      }
      expect(new Set([first?.id, ...rest].filter((id) => id?.startsWith("R"))).size).toBe(2);
    });
  });

  describe("a slot that runs hold", () => {
    test("is taken by the start alone and free when the run ends", async () => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [], [slot("r", 1)]);
      const first = await mustCommit(store, write({ starts: ["R1", "R2"].map((id) => startIn(id, lane)) }), claim());
      expect(ids(first.claimed)).toEqual(["R1"]);
      expect(first.claimed[0]?.laneId).toBe(fn);
      const settle = { kind: "retry", attempt: 1, dueAt: t0 } as const;
      const retried = await mustCommit(store, { lease: tokenOf(first.claimed[0]), settle }, claim());
      expect(ids(retried.claimed)).toEqual(["R1"]);
      const next = inLane("next", createLane(fn), { runId: "R1" });
      const on = await mustCommit(store, { lease: tokenOf(retried.claimed[0]), puts: [next] }, claim());
      expect(ids(on.claimed)).toEqual(["next"]);
      const ended = await mustCommit(store, { lease: tokenOf(on.claimed[0]), run: endOfRun("R1") }, claim());
      expect(ids(ended.claimed)).toEqual(["R2"]);
    });

    test("is not taken by a run that ends before its start", async () => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [], [slot("r", 1)]);
      await mustCommit(store, write({ starts: ["R1", "R2", "R3"].map((id) => startIn(id, lane)) }), claim(1));
      await mustCommit(store, write({ run: endOfRun("R2", "Cancelled") }));
      expect(await lease(store)).toEqual([]);
      await mustCommit(store, write({ run: endOfRun("R1") }));
      expect(ids(await lease(store))).toEqual(["R3"]);
    });
  });

  describe("a throttle", () => {
    const throttle = (fields: Partial<Throttle> = {}): Throttle => ({
      key: "t",
      limit: 2,
      periodMs: 1_000,
      burst: 0,
      label: "t",
      ...fields,
    });

    test("spreads starts evenly and lets the burst go ahead", async () => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [], [], throttle({ burst: 1 }));
      const starts = Array.from({ length: 5 }, (_, n) => startIn(`R${n}`, lane));
      const { claimed, nextDueAt } = await mustCommit(store, write({ starts }), claim());
      expect(ids(claimed)).toEqual(["R0", "R1"]);
      expect(nextDueAt).toBe(t0 + 500);
      expect(await lease(store, 100, t0 + 499)).toEqual([]);
      expect(await store.nextDueAt()).toBe(t0 + 500);
      expect(ids(await lease(store, 100, t0 + 500))).toEqual(["R2"]);
      expect(await lease(store, 100, t0 + 999)).toEqual([]);
      expect(ids(await lease(store, 100, t0 + 2_000))).toEqual(["R3", "R4"]);
    });

    test("does not count retries", async () => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [], [], throttle({ limit: 1, periodMs: 60_000 }));
      const { claimed } = await mustCommit(store, write({ starts: [startIn("R0", lane)] }), claim());
      const settle = { kind: "retry", attempt: 1, dueAt: t0 + 1 } as const;
      await mustCommit(store, { lease: tokenOf(claimed[0]), settle });
      expect(ids(await lease(store, 100, t0 + 1))).toEqual(["R0"]);
    });

    test("with thirds of a second loses none and runs none ahead", async () => {
      const { store } = await openForTest(open);
      const lane = createLane(fn, [], [], throttle({ limit: 3 }));
      await mustCommit(store, write({ starts: Array.from({ length: 10 }, (_, n) => startIn(`R${n}`, lane)) }));
      const times: number[] = [];
      for (let now: number | null = t0; now !== null && times.length < 10; ) {
        times.push(...(await lease(store, 100, now)).map(() => Number(now) - t0));
        const next = await store.nextDueAt();
        expect(next === null || next > now || times.length === 10).toBe(true);
        now = next;
      }
      expect(times).toEqual([0, 334, 667, 1000, 1334, 1667, 2000, 2334, 2667, 3000]);
    });
  });

  test("crashes in a row are counted as they are told, and an answer ends the row", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ puts: [inLane("I1", createLane(fn))] }));
    const unreachable = { since: t0, at: t0 + 5, tries: 2, error: "connection refused" };
    for (const crashes of [1, 2, 0]) {
      const [item] = await leaseAll(store);
      const told = crashes === 0 ? {} : { trouble: { crashes, suspicion: 2, unreachable } };
      await mustCommit(store, { lease: tokenOf(item), settle: { kind: "retry", attempt: 1, dueAt: t0, ...told } });
      const kept = crashes === 0 ? { crashes, suspicion: 0, unreachable: null } : told.trouble;
      expect(await store.listItems("run-of-I1")).toMatchObject([kept]);
    }
  });

  test("items that wait for their time are brought forward, others are left as they are", async () => {
    const { store } = await openForTest(open);
    const lane = createLane(fn);
    await mustCommit(store, write({ puts: [inLane("I1", lane), inLane("I2", lane), inLane("I3", lane)] }));
    const [under] = await store.lease({ now: t0, leaseUntil: t0 + 1000, limit: 1 });
    for (const item of await leaseAll(store)) {
      const settle = { kind: "retry", attempt: 0, dueAt: t0 + 60_000 } as const;
      await mustCommit(store, { lease: tokenOf(item), settle });
    }
    const itemIds = [under?.id ?? "", "I2", "gone"];
    const { nextDueAt } = await mustCommit(store, { lease: null, bringForward: { itemIds, at: t0 + 10 } });
    expect(nextDueAt).toBe(t0 + 10);
    expect((await store.lease({ now: t0 + 10, leaseUntil: t0 + 1000, limit: 9 })).map(({ id }) => id)).toEqual(["I2"]);
  });

  test("two thousand lanes come and go", async () => {
    const { store } = await openForTest(open);
    const count = 2_000;
    const shared = slot("everyone", 5);
    for (let from = 0; from < count; from += 1_000) {
      const puts = Array.from({ length: 1_000 }, (_, n) => {
        const id = String(from + n).padStart(5, "0");
        return inLane(id, createLane(fn, [shared, slot(`tenant-${id}`, 1)]));
      });
      await mustCommit(store, write({ puts }), claim(0));
    }
    const seen = new Set<string>();
    let open5 = await lease(store, 100);
    for (let n = 0; n < 1_000; n++) {
      const [item, ...rest] = open5;
      seen.add(item?.id ?? "");
      const { claimed } = await mustCommit(store, { lease: tokenOf(item) }, claim(1));
      open5 = [...rest, ...claimed];
      expect(open5).toHaveLength(5);
    }
    expect(seen.size).toBe(1_000);
  });
}
