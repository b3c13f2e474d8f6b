/** Events that wait for one run: debounces and batches. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BatchAdd, DebounceAdd } from "../../server/src/domain/transition.ts";
import type { Store } from "../../server/src/ports/store.ts";
import { runs } from "../helpers/runs.ts";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { makeEvent, makeStart, payloadOf, t0, write } from "./store-records.ts";

async function debounce(store: Store, eventId: string, at: number, fields: Partial<DebounceAdd> = {}) {
  const add: DebounceAdd = {
    key: "D",
    functionId: "function-1",
    eventId,
    eventTs: at,
    periodMs: 100,
    timeoutMs: null,
    now: at,
    idempotencyKey: null,
    ...fields,
  };
  return await mustCommit(store, write({ events: [makeEvent(eventId)], debounces: [add] }));
}

async function due(store: Store): Promise<[string, number] | null> {
  const record = await store.getDebounce("D");
  return record === null ? null : [record.eventId, record.dueAt - t0];
}

function testDebounces(open: OpenStore): void {
  test("a debounce keeps the event with the latest ts, and every event moves the deadline", async () => {
    const { store } = await openForTest(open);
    const first = await debounce(store, "E1", t0);
    expect(first).toMatchObject({ startedRuns: [], nextDueAt: t0 + 100 });
    expect((await debounce(store, "E2", t0 + 60)).nextDueAt).toBeNull();
    expect(await due(store)).toEqual(["E2", 160]);
    await debounce(store, "E3", t0 + 70, { eventTs: t0 + 10 });
    expect(await due(store)).toEqual(["E2", 170]);
    await debounce(store, "E4", t0 + 80, { eventTs: t0 + 60 });
    expect(await due(store)).toEqual(["E4", 180]);
    expect(await store.nextDueAt()).toBe(t0 + 100);
    expect(await store.getDebounce("none")).toBeNull();
  });

  test("a debounce is pushed no further than its timeout", async () => {
    const { store } = await openForTest(open);
    for (const at of [0, 90, 180, 240]) await debounce(store, `E${at}`, t0 + at, { timeoutMs: 250 });
    expect(await due(store)).toEqual(["E240", 250]);
  });

  test("a shorter period than before gets an item of its own", async () => {
    const { store } = await openForTest(open);
    await debounce(store, "E1", t0, { periodMs: 10_000 });
    expect((await debounce(store, "E2", t0 + 10, { periodMs: 20 })).nextDueAt).toBe(t0 + 30);
    const [early] = await leaseAll(store, t0 + 30);
    expect(early?.id).toBe((await store.getDebounce("D"))?.itemId);
  });

  test("repeats, rate limits and used keys leave a debounce alone", async () => {
    const { store } = await openForTest(open);
    const rateLimits = [{ key: "L", limit: 1, periodMs: 1_000, mode: "sliding" } as const];
    await mustCommit(store, write({ starts: [makeStart("R1", { idempotencyKey: "used" })] }));
    await debounce(store, "E0", t0, { idempotencyKey: "used" });
    expect(await due(store)).toBeNull();
    await debounce(store, "E1", t0, { rateLimits });
    await debounce(store, "E2", t0 + 50, { rateLimits });
    await debounce(store, "E1", t0 + 60);
    expect(await due(store)).toEqual(["E1", 100]);
  });

  test("a debounce that moved on is not taken; one that stands is taken with its run", async () => {
    const { store } = await openForTest(open);
    await debounce(store, "E1", t0);
    const [item] = await leaseAll(store, t0 + 100);
    expect(item).toMatchObject({ kind: "debounce", payload: { key: "D" }, runId: null });
    await debounce(store, "E2", t0 + 100);
    const lease = tokenOf(item);
    const take = (eventId: string, dueAt: number) =>
      store.commit({ lease, debounceTake: { key: "D", eventId, dueAt }, starts: [makeStart("R1")] });
    expect(await take("E1", t0 + 100)).toEqual({ ok: false, reason: "moved" });
    expect(await take("E2", t0 + 100)).toEqual({ ok: false, reason: "moved" });
    expect(await store.getRun("R1")).toBeNull();
    expect(await take("E2", t0 + 200)).toMatchObject({ ok: true, startedRuns: ["R1"] });
    expect(await due(store)).toBeNull();
    await debounce(store, "E3", t0 + 201);
    expect(await due(store)).toEqual(["E3", 301]);
    expect((await leaseAll(store, t0 + 301)).map(({ kind }) => kind).sort()).toEqual(["debounce", "start"]);
  });
}

async function gather(store: Store, eventIds: string[], fields: Partial<BatchAdd> = {}) {
  const batches = eventIds.map(
    (eventId): BatchAdd => ({
      key: "B",
      functionId: "function-1",
      eventId,
      sizeBytes: 10,
      maxSize: 3,
      maxBytes: 100,
      timeoutMs: 1_000,
      now: t0,
      idempotencyKey: null,
      ...fields,
    }),
  );
  return await mustCommit(store, write({ events: eventIds.map((id) => makeEvent(id)), batches }));
}

async function batchesDue(store: Store, at: number): Promise<string[][]> {
  const items = (await leaseAll(store, at)).filter(({ kind }) => kind === "batch");
  const batches = await Promise.all(items.map((item) => store.getBatch(payloadOf(item, "batch").batchId)));
  return batches.flatMap((batch) => (batch === null ? [] : [batch.eventIds]));
}

function testBatches(open: OpenStore): void {
  test("a batch is due when it is full, and the next one begins", async () => {
    const { store } = await openForTest(open);
    expect((await gather(store, ["E1", "E2"])).nextDueAt).toBe(t0 + 1_000);
    expect(await batchesDue(store, t0 + 999)).toEqual([]);
    await gather(store, ["E3", "E4"]);
    expect(await batchesDue(store, t0)).toEqual([["E1", "E2", "E3"]]);
    expect(await batchesDue(store, t0 + 1_000)).toEqual([["E4"]]);
    expect(await store.getBatch("none")).toBeNull();
  });

  test("one transition may fill many batches, and leaves no timers of full ones", async () => {
    const { store } = await openForTest(open);
    await gather(
      store,
      Array.from({ length: 10 }, (_, index) => `E${index}`),
    );
    const due = await batchesDue(store, t0 + 1_000);
    expect(due.map((events) => events.length).sort()).toEqual([1, 3, 3, 3]);
    expect(due.flat().sort()).toEqual(Array.from({ length: 10 }, (_, index) => `E${index}`));
  });

  test("a batch holds no more bytes than it may, but an event of any size", async () => {
    const { store } = await openForTest(open);
    await gather(store, ["E1"], { sizeBytes: 60 });
    await gather(store, ["E2"], { sizeBytes: 60 });
    expect(await batchesDue(store, t0)).toEqual([["E1"]]);
    await gather(store, ["E3"], { sizeBytes: 40 });
    expect(await batchesDue(store, t0)).toEqual([["E2", "E3"]]);
    await gather(store, ["E4"], { sizeBytes: 500 });
    expect(await batchesDue(store, t0)).toEqual([["E4"]]);
  });

  test("other keys have batches of their own", async () => {
    const { store } = await openForTest(open);
    await gather(store, ["E1"]);
    await gather(store, ["E2"], { key: "C" });
    expect((await batchesDue(store, t0 + 1_000)).sort()).toEqual([["E1"], ["E2"]]);
  });

  test("an event whose id was taken within 24 hours joins no batch, nor does a repeat", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [makeStart("R1", { idempotencyKey: "ran" })] }));
    await gather(store, ["E1"], { idempotencyKey: "a" });
    await gather(store, ["E2"], { idempotencyKey: "a" });
    await gather(store, ["E3"], { idempotencyKey: "ran" });
    await gather(store, ["E1"], { idempotencyKey: "b" });
    await gather(store, ["E4"], { idempotencyKey: "a", now: t0 + 86_400_000 });
    expect(await batchesDue(store, t0 + 86_400_000)).toEqual([["E1", "E4"]]);
  });

  test("a batch that grew is not taken; one that stands is taken with its run", async () => {
    const { store } = await openForTest(open);
    await gather(store, ["E1"]);
    const [item] = await leaseAll(store, t0 + 1_000);
    const { batchId } = payloadOf(item, "batch");
    const take = (count: number) =>
      store.commit({ lease: tokenOf(item), batchTake: { batchId, count }, starts: [makeStart("R1")] });
    await gather(store, ["E2"]);
    expect(await take(1)).toEqual({ ok: false, reason: "moved" });
    expect(await take(2)).toMatchObject({ ok: true, startedRuns: ["R1"] });
    expect(await store.getBatch(batchId)).toBeNull();
    await gather(store, ["E3"]);
    expect(await batchesDue(store, t0 + 2_000)).toEqual([["E3"]]);
  });

  test("a batch that fills while its timer fires is started once", async () => {
    const { store } = await openForTest(open);
    await gather(store, ["E1", "E2"]);
    const [timer] = await leaseAll(store, t0 + 1_000);
    await gather(store, ["E3"]);
    const take = { ...payloadOf(timer, "batch"), count: 3 };
    const late = await store.commit({ lease: tokenOf(timer), batchTake: take, starts: [makeStart("R1")] });
    expect(late).toEqual({ ok: false, reason: "stale" });
    const [full, ...rest] = await leaseAll(store, t0 + 1_000);
    expect(rest).toEqual([]);
    const result = await store.commit({ lease: tokenOf(full), batchTake: take, starts: [makeStart("R2")] });
    expect(result).toMatchObject({ ok: true, startedRuns: ["R2"] });
  });
}

type Move = { kind: "add"; size: number } | { kind: "fire"; late: boolean } | { kind: "wait"; ms: number };

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("add" as const), size: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constant("fire" as const), late: fc.boolean() }),
    fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 900 }) }),
  ),
  { minLength: 5, maxLength: 40 },
);

/** Fires the first due batch as core does. `during` happens between its reading and its commit. */
async function fireOne(store: Store, now: number, runId: string, during: () => Promise<void>): Promise<string[]> {
  const [item] = await store.lease({ now, leaseUntil: now + 1, limit: 1 });
  if (item === undefined) return [];
  const batch = await store.getBatch(payloadOf(item, "batch").batchId);
  if (batch === null) throw new Error("an item without a batch");
  await during();
  const batchTake = { batchId: batch.id, count: batch.eventIds.length };
  const starts = [makeStart(runId, { eventIds: batch.eventIds }, { dueAt: t0 + 1e9 })];
  const result = await store.commit({ lease: tokenOf(item), batchTake, starts });
  return result.ok ? batch.eventIds : [];
}

function testBatchProperty(open: OpenStore): void {
  test("whatever comes when, every event is in exactly one batch, and none is too big", async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (sequence) => {
        const { store, cleanup } = await open();
        let now = t0;
        let sent = 0;
        const taken: string[] = [];
        const add = async (sizeBytes = 10): Promise<void> => {
          await gather(store, [`E${String(sent++).padStart(3, "0")}`], { now, sizeBytes });
        };
        const fire = async (during: () => Promise<void>): Promise<void> => {
          const events = await fireOne(store, now, `R${String(now)}-${taken.length}`, during);
          expect(events.length).toBeLessThanOrEqual(3);
          taken.push(...events);
        };
        for (const move of sequence) {
          if (move.kind === "wait") now += move.ms;
          if (move.kind === "add") await add(move.size);
          if (move.kind === "fire") await fire(move.late ? () => add() : async () => undefined);
          now += 2;
        }
        for (let rest = 0; rest < 100 && taken.length < sent; rest++) {
          now += 1_000;
          await fire(async () => undefined);
        }
        expect(taken.toSorted()).toEqual(
          Array.from({ length: sent }, (_, index) => `E${String(index).padStart(3, "0")}`),
        );
        await store.close();
        await cleanup();
      }),
      { numRuns: runs(20) },
    );
  });
}

function testRestart(open: OpenStore): void {
  test("debounces, batches and singletons outlive a restart", async () => {
    const { store, reopen } = await openForTest(open);
    if (reopen === undefined) return;
    await debounce(store, "E1", t0);
    await gather(store, ["E2", "E3"]);
    const singleton = { key: "S", mode: "skip" } as const;
    await mustCommit(store, write({ starts: [{ ...makeStart("R1"), singleton }] }));
    await store.close();
    const again = await reopen();
    try {
      await debounce(again, "E4", t0 + 50);
      expect(await due(again)).toEqual(["E4", 150]);
      await gather(again, ["E5"]);
      const items = await leaseAll(again, t0);
      const full = items.find(({ kind }) => kind === "batch");
      expect((await again.getBatch(payloadOf(full, "batch").batchId))?.eventIds).toEqual(["E2", "E3", "E5"]);
      const { skippedRuns } = await mustCommit(again, write({ starts: [{ ...makeStart("R2"), singleton }] }));
      expect(skippedRuns).toEqual(["R2"]);
    } finally {
      await again.close();
    }
  });
}

export function testGathered(open: OpenStore): void {
  testDebounces(open);
  testBatches(open);
  testBatchProperty(open);
  testRestart(open);
}
