import { expect, test } from "vitest";
import { addTally, emptyFigures, type Figures } from "../../server/src/domain/metrics/figures.ts";
import type { RollupFilter, RollupRecord } from "../../server/src/domain/metrics/rollup.ts";
import type { Tally } from "../../server/src/domain/metrics/tally.ts";
import type { Store } from "../../server/src/ports/store.ts";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { makeAttempt, makePlan, makeStart, makeStep, t0, write } from "./store-records.ts";

const minute = 60_000;

export function counted(...tallies: Tally[]): Figures {
  const figures = emptyFigures();
  for (const tally of tallies) addTally(figures, tally, t0);
  return figures;
}

export function rollup(fields: Partial<RollupRecord> = {}): RollupRecord {
  return { unit: "minute", at: t0, kind: "function", id: "f1", figures: emptyFigures(), ...fields };
}

const ended = (runMs: number): Tally => ({
  kind: "run-ended",
  functionId: "f1",
  status: "Completed",
  runMs,
  error: null,
});

export function testRollups(open: OpenStore): void {
  const list = (store: Store, filter: Partial<RollupFilter> = {}) =>
    store.listRollups({ unit: "minute", from: 0, until: t0 + minute, kind: "function", ...filter });

  test("adds what is counted to what is there, and a batch that comes twice counts once", async () => {
    const { store } = await openForTest(open);
    const batch = (sequence: number, writer = "w") => ({
      ...{ writer, sequence, now: t0 },
      rows: [rollup({ figures: counted(ended(100)) }), rollup({ unit: "hour", at: 0, figures: counted(ended(100)) })],
    });
    await store.addRollups(batch(1));
    await store.addRollups(batch(2));
    await store.addRollups(batch(2));
    await store.addRollups(batch(1));
    await store.addRollups(batch(1, "another"));
    expect(await list(store)).toEqual([rollup({ figures: counted(ended(100), ended(100), ended(100)) })]);
    expect(await list(store, { unit: "hour" })).toMatchObject([{ at: 0, figures: { runs: { Completed: 3 } } }]);
  });

  test("gives those of a unit, a range, a kind and some ids, oldest first", async () => {
    const { store } = await openForTest(open);
    const rows = [
      rollup({ at: t0 - minute, id: "f2" }),
      rollup({ id: "f2" }),
      rollup(),
      rollup({ kind: "app", id: "f1" }),
      rollup({ at: t0 - 2 * minute }),
      rollup({ unit: "ever", at: 0 }),
    ];
    await store.addRollups({ writer: "w", sequence: 1, now: t0, rows });
    const keys = async (filter: Partial<RollupFilter>) =>
      (await list(store, filter)).map(({ at, id }) => `${(at - t0) / minute} ${id}`);
    expect(await keys({})).toEqual(["-2 f1", "-1 f2", "0 f1", "0 f2"]);
    expect(await keys({ from: t0 - minute, until: t0 })).toEqual(["-1 f2"]);
    expect(await keys({ ids: ["f2", "f3"] })).toEqual(["-1 f2", "0 f2"]);
    expect(await keys({ ids: [] })).toEqual([]);
    expect(await list(store, { kind: "app" })).toEqual([rollup({ kind: "app" })]);
    expect(await list(store, { unit: "ever", until: 1 })).toEqual([rollup({ unit: "ever", at: 0 })]);
  });

  test("sweeps the buckets of each unit that began before a time, and never those of all time", async () => {
    const { store } = await openForTest(open);
    const rows = (["minute", "hour", "day"] as const).flatMap((unit) => [
      rollup({ unit, at: t0 - minute }),
      rollup({ unit, at: t0 }),
    ]);
    await store.addRollups({ writer: "w", sequence: 1, now: t0, rows: [...rows, rollup({ unit: "ever", at: 0 })] });
    expect(await store.sweepRollups({ minute: t0, hour: t0 + 1, day: 0 })).toBe(3);
    const left = async (unit: RollupRecord["unit"]) => (await list(store, { unit })).length;
    expect([await left("minute"), await left("hour"), await left("day"), await left("ever")]).toEqual([1, 0, 2, 1]);
  });

  test("counts what waits, runs and has failed for good, by function", async () => {
    const { store } = await openForTest(open);
    expect(await store.listBacklog()).toEqual([]);
    const start = (id: string, functionId: string, queuedAt: number) => {
      const made = makeStart(id, { functionId, queuedAt });
      return { ...made, item: { ...made.item, functionId, dueAt: functionId === "f1" ? t0 : t0 + minute } };
    };
    const starts = [
      start("R1", "f1", t0 - 3),
      start("R2", "f2", t0 - 1),
      start("R3", "f2", t0 - 2),
      start("R4", "f3", t0),
    ];
    await mustCommit(store, write({ starts }));
    await leaseAll(store);
    const end = { status: "Failed", endedAt: t0, output: "{}" } as const;
    await mustCommit(store, write({ run: { runId: "R4", end } }));
    const none = { queued: 0, running: 0, oldestQueuedAt: null, deadLetters: 0 };
    expect(await store.listBacklog()).toEqual([
      { ...none, functionId: "f1", running: 1 },
      { ...none, functionId: "f2", queued: 2, oldestQueuedAt: t0 - 2 },
      { ...none, functionId: "f3", deadLetters: 1 },
    ]);
  });

  test("tells what has happened once it is written, and nothing of what was refused", async () => {
    const tallies: Tally[] = [];
    const { store } = await openForTest(open, { count: (told) => void tallies.push(...told) });
    const functionId = "function-1";
    const starts = [makeStart("R1"), makeStart("R2")];
    await mustCommit(store, write({ starts }));
    expect(tallies).toEqual([]);
    const items = await leaseAll(store, t0 + 40);
    expect(tallies.splice(0)).toEqual([
      { kind: "run-started", functionId, waitMs: 40 },
      { kind: "run-started", functionId, waitMs: 40 },
    ]);
    const step = makeStep("R1", "S1", { op: "StepRun", status: "Completed", startedAt: t0, endedAt: t0 + 30 });
    const attempts = [makeAttempt("R1", { retryAt: t0 + 99 }), makeAttempt("R1", { retryAt: null })];
    await mustCommit(store, write({ ends: [{ step }, { step }], attempts }));
    expect(tallies.splice(0)).toEqual([
      { kind: "step-ended", functionId, status: "Completed", stepMs: 30 },
      { kind: "retry", functionId },
    ]);
    const stale = { itemId: tokenOf(items[0]).itemId, fence: 99 };
    const output = '{"name":"TimeoutError","message":"no answer"}';
    const failed = { runId: "R1", end: { status: "Failed", endedAt: t0 + 140, output } } as const;
    expect(await store.commit({ lease: stale, run: failed })).toEqual({ ok: false, reason: "stale" });
    expect(tallies).toEqual([]);
    await mustCommit(store, write({ plans: [makePlan("R1", "S2")] }));
    await mustCommit(store, write({ run: failed }));
    expect(tallies.splice(0)).toEqual([
      { kind: "run-ended", functionId, status: "Failed", runMs: 100, error: "TimeoutError" },
      { kind: "dead-letter", functionId },
      { kind: "step-ended", functionId, status: "Cancelled", stepMs: null },
    ]);
    const cancelled = { runId: "R2", end: { status: "Cancelled", endedAt: t0 + 40, output: null } } as const;
    await Promise.all([mustCommit(store, write({ run: cancelled })), store.commit(write({ run: cancelled }))]);
    expect(tallies).toEqual([{ kind: "run-ended", functionId, status: "Cancelled", runMs: 0, error: null }]);
  });
}
