/** Pauses: what they hold, and what people are told of it. */
import { expect, onTestFinished, test } from "vitest";
import type { PauseRecord } from "../../server/src/domain/pause.ts";
import { createLane } from "../../server/src/domain/queue/lane.ts";
import type { QueuePut } from "../../server/src/domain/queue/queue-item.ts";
import { claim, fn, ids, inLane, lease, slot, startIn } from "./lane-records.ts";
import { mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { makeApp, makeFunction, makeItem, makeRun, t0, write } from "./store-records.ts";

export function testPauses(open: OpenStore): void {
  const pause = (scope: PauseRecord["scope"], targetId: string): PauseRecord => ({
    scope,
    targetId,
    reason: "deploy",
    author: "ana",
    at: t0,
    arriving: "hold",
  });

  async function openSynced() {
    const opened = await openForTest(open);
    const functions = ["a", "b"].map((name) => makeFunction("shop", name));
    await mustCommit(opened.store, write({ sync: { app: makeApp("shop"), functions, crons: [] } }));
    return opened;
  }

  test.each([
    ["all", ""],
    ["app", "app-shop"],
    ["function", "function-shop-a"],
  ] as const)("of %s holds its calls, and nothing else", async (scope, targetId) => {
    const { store } = await openSynced();
    const [a, b, other] = ["function-shop-a", "function-shop-b", "function-else"].map((id) => createLane(id));
    const lanes = [a, b, other].filter((lane) => lane !== undefined);
    const before = lanes.map((lane) => inLane(`before ${lane.id}`, lane));
    await mustCommit(store, write({ puts: before }), claim(0));
    await mustCommit(store, write({ pause: pause(scope, targetId) }));
    expect(await store.listPauses()).toEqual([pause(scope, targetId)]);
    const held = lanes.filter(
      ({ id }) => scope === "all" || id === "function-shop-a" || (scope === "app" && id !== "function-else"),
    );
    const after = lanes.map((lane) => inLane(`after ${lane.id}`, lane));
    const put = await mustCommit(store, write({ puts: [...after, makeItem("own")] }), claim());
    const got = [...ids(put.claimed), ...ids(await lease(store))];
    const all = [...before, ...after];
    const isHeld = ({ functionId }: QueuePut) => held.some((lane) => lane.functionId === functionId);
    expect(got.toSorted()).toEqual([...all.filter((item) => !isHeld(item)).map((item) => item.id), "own"].toSorted());
    expect(await store.nextDueAt()).toBe(t0 + 10_000);
    const resumed = await mustCommit(store, write({ resume: { scope, targetId } }));
    expect(resumed.nextDueAt).not.toBeNull();
    expect(await store.listPauses()).toEqual([]);
    expect(ids(await lease(store)).toSorted()).toEqual(
      all
        .filter(isHeld)
        .map((item) => item.id)
        .toSorted(),
    );
  });

  test("holds a retry of what was under way, and what a sync adds to a paused app", async () => {
    const { store } = await openSynced();
    const lane = createLane("function-shop-a", [slot("k", 1)]);
    const { claimed } = await mustCommit(store, write({ puts: [inLane("I1", lane)] }), claim());
    await mustCommit(store, write({ pause: pause("app", "app-shop") }));
    const settle = { kind: "retry", attempt: 1, dueAt: t0 } as const;
    expect((await mustCommit(store, { lease: tokenOf(claimed[0]), settle }, claim())).claimed).toEqual([]);
    const functions = ["a", "c"].map((name) => makeFunction("shop", name));
    await mustCommit(store, write({ sync: { app: makeApp("shop"), functions, crons: [] } }));
    const added = inLane("I2", createLane("function-shop-c"));
    expect((await mustCommit(store, write({ puts: [added] }), claim())).claimed).toEqual([]);
    expect(await lease(store)).toEqual([]);
    const resumed = await mustCommit(store, write({ resume: { scope: "app", targetId: "app-shop" } }), claim());
    expect(ids([...resumed.claimed, ...(await lease(store))]).toSorted()).toEqual(["I1", "I2"]);
  });

  test("of one lane does not keep a shared slot from another", async () => {
    const { store } = await openSynced();
    const [a, b] = ["function-shop-a", "function-shop-b"].map((id) => createLane(id, [slot("shared", 1)]));
    if (a === undefined || b === undefined) throw new Error("two lanes");
    const first = await mustCommit(store, write({ puts: [inLane("a1", a), inLane("a2", a)] }), claim());
    await mustCommit(store, write({ puts: [inLane("b1", b)] }), claim());
    // Frees the slot, which is offered to the lane that waits longest, and that one is paused before it takes it.
    await mustCommit(store, { lease: tokenOf(first.claimed[0]) });
    await mustCommit(store, write({ pause: pause("function", "function-shop-a") }));
    expect(ids(await lease(store))).toEqual(["b1"]);
  });

  test("outlives a restart, and a pause of the same target replaces it", async ({ skip }) => {
    const { store, reopen } = await openForTest(open);
    if (reopen === undefined) return skip("this store keeps nothing");
    await mustCommit(store, write({ puts: [inLane("I1", createLane(fn))], pause: pause("function", fn) }));
    const replaced = { ...pause("function", fn), reason: "still" };
    await mustCommit(store, write({ pause: replaced }));
    await store.close();
    const again = await reopen();
    onTestFinished(() => again.close());
    expect(await again.listPauses()).toEqual([replaced]);
    expect(await lease(again)).toEqual([]);
    await mustCommit(again, write({ resume: { scope: "function", targetId: fn } }));
    expect(ids(await lease(again))).toEqual(["I1"]);
  });

  test("says where the items of a run stand, and what holds them", async () => {
    const { store } = await openForTest(open);
    const lane = createLane(fn, [slot("k", 1)], [], { key: "t", limit: 1, periodMs: 1_000, burst: 0, label: "t" });
    const plain = createLane(fn, [slot("k", 1)]);
    const starts = ["R1", "R2", "R3"].map((id) => startIn(id, lane));
    await mustCommit(store, write({ starts, puts: [inLane("R1-later", plain, { runId: "R1", dueAt: t0 + 9 })] }));
    await lease(store);
    const [working, later] = await store.listPlaces("R1", t0);
    expect(working).toMatchObject({ state: "leased", fullSlots: [], throttledUntil: null, pause: null });
    expect(later).toMatchObject({ state: "later", before: 0 });
    expect(await store.listPlaces("R3", t0)).toMatchObject([
      {
        state: "ready",
        before: 1,
        fullSlots: [{ slot: slot("k", 1), used: 1, runIds: ["R1"] }],
        throttledUntil: t0 + 1_000,
        throttleLabel: "t",
      },
    ]);
    expect(await store.listPlaces("none", t0)).toEqual([]);
    expect(await store.getRun("R2")).toEqual(makeRun("R2", { slots: lane.slots }));
  });
}
