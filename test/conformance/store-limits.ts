/** Limits that people set over those of the code: what they let through, and what people are told of them. */
import { expect, onTestFinished, test } from "vitest";
import type { LimitOverride } from "../../server/src/domain/limit-override.ts";
import { createLane, type Slot } from "../../server/src/domain/queue/lane.ts";
import { claim, fn, ids, inLane, lease, slot, startIn } from "./lane-records.ts";
import { mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { makeApp, makeFunction, t0, write } from "./store-records.ts";

export function testLimits(open: OpenStore): void {
  const override = (fields: Partial<LimitOverride> = {}): LimitOverride => ({
    ...{ functionId: fn, control: "concurrency", entry: "", limit: 3, periodMs: null, burst: null },
    ...{ reason: "slow", author: "ana", at: t0, ...fields },
  });
  const target = ({ functionId, control, entry }: LimitOverride) => ({ functionId, control, entry });
  const ofSteps = (limit: number): Slot => ({ ...slot(`steps:fn:${fn}`, limit), entry: "" });
  const lane = createLane(fn, [ofSteps(1)]);
  const items = (count: number, of = lane) => Array.from({ length: count }, (_, n) => inLane(`I${n}`, of));

  test("raised, what waits begins in the same commit; lowered, what runs goes on", async () => {
    const { store } = await openForTest(open);
    const first = await mustCommit(store, write({ puts: items(6) }), claim());
    expect(ids(first.claimed)).toEqual(["I0"]);
    const raised = await mustCommit(store, write({ limitOverride: override() }), claim());
    expect(ids(raised.claimed)).toEqual(["I1", "I2"]);
    expect(await store.listLimitOverrides()).toEqual([override()]);
    const lowered = override({ limit: 2 });
    expect((await mustCommit(store, write({ limitOverride: lowered }), claim())).claimed).toEqual([]);
    // Three run, and two may: one that ends makes no room.
    expect((await mustCommit(store, { lease: tokenOf(first.claimed[0]) }, claim())).claimed).toEqual([]);
    const next = await mustCommit(store, { lease: tokenOf(raised.claimed[0]) }, claim());
    expect(ids(next.claimed)).toEqual(["I3"]);
    // As the code has it again.
    expect((await mustCommit(store, write({ resetLimits: [target(lowered)] }), claim())).claimed).toEqual([]);
    expect(await store.listLimitOverrides()).toEqual([]);
    expect((await mustCommit(store, { lease: tokenOf(raised.claimed[1]) }, claim())).claimed).toEqual([]);
    expect(ids((await mustCommit(store, { lease: tokenOf(next.claimed[0]) }, claim())).claimed)).toEqual(["I4"]);
  });

  test("of 0 is no limit, and what passes it is counted", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ puts: items(4) }), claim());
    const { claimed } = await mustCommit(store, write({ limitOverride: override({ limit: 0 }) }), claim());
    expect(ids(claimed)).toEqual(["I1", "I2", "I3"]);
    await mustCommit(store, write({ limitOverride: override({ limit: 4 }), puts: items(9).slice(4) }));
    expect(await lease(store)).toEqual([]);
  });

  test("of a limit that the code does not have hold while they are set", async () => {
    const { store } = await openForTest(open);
    const added = createLane(fn, [ofSteps(0)], [], { key: fn, limit: 0, periodMs: 0, burst: 0, label: "f" });
    const throttle = override({ control: "throttle", limit: 1, periodMs: 1_000, burst: 0 });
    await mustCommit(store, write({ limitOverride: override({ limit: 2 }) }));
    await mustCommit(store, write({ limitOverride: throttle }));
    const starts = ["R1", "R2", "R3", "R4"].map((id) => startIn(id, added));
    expect(ids((await mustCommit(store, write({ starts }), claim())).claimed)).toEqual(["R1"]);
    expect(await store.listPlaces("R2", t0)).toMatchObject([
      { fullSlots: [], throttledUntil: t0 + 1_000, overrides: [override({ limit: 2 }), throttle] },
    ]);
    expect(await store.nextDueAt()).toBeLessThanOrEqual(t0 + 1_000);
    // Without the throttle the second begins, and then both places are taken.
    await mustCommit(store, write({ resetLimits: [target(throttle)] }));
    expect(ids(await lease(store))).toEqual(["R2"]);
    expect(await store.listPlaces("R3", t0)).toMatchObject([{ fullSlots: [{ slot: { limit: 2 }, used: 2 }] }]);
    await mustCommit(store, write({ resetLimits: [target(override())] }));
    expect(ids(await lease(store))).toEqual(["R3", "R4"]);
    expect(await store.listPlaces("R4", t0)).toMatchObject([{ state: "leased", overrides: [] }]);
  });

  test("name one limit of one function", async () => {
    const { store } = await openForTest(open);
    const keyed = (entry: string): Slot => ({ ...slot(`steps:${entry}`, 1), entry });
    const lanes = [createLane(fn, [keyed("a")]), createLane(fn, [keyed("b")]), createLane("function-2", [keyed("a")])];
    const puts = lanes.flatMap((of, index) => [1, 2].map((n) => inLane(`${index}-${n}`, of)));
    await mustCommit(store, write({ puts }), claim(0));
    expect(ids(await lease(store)).toSorted()).toEqual(["0-1", "1-1"]);
    const raised = await mustCommit(store, write({ limitOverride: override({ entry: "b" }) }), claim());
    expect(ids(raised.claimed)).toEqual(["1-2"]);
  });

  test("outlive a sync and a restart, and move the version of what apps serve", async ({ skip }) => {
    const { store, reopen } = await openForTest(open);
    const functions = [makeFunction("shop", "a", { id: fn })];
    const sync = { app: makeApp("shop"), functions, crons: [] };
    await mustCommit(store, write({ sync }));
    const before = store.registryVersion();
    await mustCommit(store, write({ limitOverride: override() }));
    await mustCommit(store, write({}));
    expect(store.registryVersion()).not.toBe(before);
    await mustCommit(
      store,
      write({ sync: { ...sync, functions: [makeFunction("shop", "a", { id: fn, retries: 9 })] } }),
    );
    expect(await store.listLimitOverrides()).toEqual([override()]);
    if (reopen === undefined) return skip("this store keeps nothing");
    await store.close();
    const again = await reopen();
    onTestFinished(() => again.close());
    expect(await again.listLimitOverrides()).toEqual([override()]);
    expect((await mustCommit(again, write({ puts: items(4) }), claim())).claimed).toHaveLength(3);
  });

  test("refuse a decision that rests on limits as they were", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({}));
    const registry = store.registryVersion();
    await mustCommit(store, write({ limitOverride: override() }));
    expect(await store.commit(write({ registry, puts: items(1) }))).toEqual({ ok: false, reason: "registry-moved" });
  });
}
