/** What decides whether a run starts: rate limits, singletons and pauses, inside the commit. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RateLimitCheck, RunStart, SingletonCheck } from "../../server/src/domain/transition.ts";
import type { Store } from "../../server/src/ports/store.ts";
import { runs } from "../helpers/runs.ts";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { endOfRun, makeItem, makePlan, makeStart, payloadOf, t0, write } from "./store-records.ts";

const sliding: RateLimitCheck = { key: "K", limit: 3, periodMs: 1_000, mode: "sliding" };

let count = 0;

/** A start at a moment; whether it was started. */
async function startAt(store: Store, at: number, fields: Partial<RunStart> = {}): Promise<boolean> {
  const runId = `R${String(count++).padStart(6, "0")}`;
  const start = { ...makeStart(runId, { queuedAt: at, rank: at }, { dueAt: at }), ...fields };
  const { startedRuns } = await mustCommit(store, write({ starts: [start] }));
  return startedRuns.includes(runId);
}

const limited = (check: RateLimitCheck): Partial<RunStart> => ({ rateLimits: [check] });

function testRateLimits(open: OpenStore): void {
  test("a sliding rate limit lets through exactly its number in any period", async () => {
    const { store } = await openForTest(open);
    const times = [0, 10, 20, 30, 999, 1_000, 1_009, 1_010, 1_019, 1_020, 1_999, 2_000];
    const passed: number[] = [];
    for (const time of times) if (await startAt(store, t0 + time, limited(sliding))) passed.push(time);
    expect(passed).toEqual([0, 10, 20, 1_000, 1_010, 1_020, 2_000]);
  });

  test("rate limits of other keys do not count, and a clock that goes back lets nothing more through", async () => {
    const { store } = await openForTest(open);
    for (let index = 0; index < 3; index++) expect(await startAt(store, t0, limited(sliding))).toBe(true);
    expect(await startAt(store, t0 - 5_000, limited(sliding))).toBe(false);
    expect(await startAt(store, t0, limited({ ...sliding, key: "other" }))).toBe(true);
  });

  test("a rate limit that was raised or lowered holds at once", async () => {
    const { store } = await openForTest(open);
    for (let index = 0; index < 3; index++) await startAt(store, t0 + index, limited(sliding));
    expect(await startAt(store, t0 + 5, limited({ ...sliding, limit: 5 }))).toBe(true);
    expect(await startAt(store, t0 + 6, limited({ ...sliding, limit: 2 }))).toBe(false);
    expect(await startAt(store, t0 + 1_001, limited({ ...sliding, limit: 2 }))).toBe(false);
    expect(await startAt(store, t0 + 1_002, limited({ ...sliding, limit: 2 }))).toBe(true);
  });

  test("a start is counted under all of its rate limits or under none", async () => {
    const { store } = await openForTest(open);
    const one: RateLimitCheck = { ...sliding, key: "one", limit: 1 };
    expect(await startAt(store, t0, { rateLimits: [one, sliding] })).toBe(true);
    expect(await startAt(store, t0, { rateLimits: [sliding, one] })).toBe(false);
    expect(await startAt(store, t0, limited(sliding))).toBe(true);
    expect(await startAt(store, t0, limited(sliding))).toBe(true);
    expect(await startAt(store, t0, limited(sliding))).toBe(false);
  });

  test("the spread-out kind lets a tenth through at once and the rest one by one", async () => {
    const { store } = await openForTest(open);
    const gcra: RateLimitCheck = { key: "G", limit: 10, periodMs: 60_000, mode: "gcra" };
    const passed: number[] = [];
    for (const time of [0, 1, 2, 5_999, 6_000, 11_999, 12_000, 60_000, 60_000, 60_000]) {
      if (await startAt(store, t0 + time, limited(gcra))) passed.push(time);
    }
    expect(passed).toEqual([0, 1, 6_000, 12_000, 60_000, 60_000]);
  });

  test("rate limits outlive a restart, two thousand keys in one transition too", async () => {
    const { store, reopen } = await openForTest(open);
    for (let index = 0; index < 3; index++) await startAt(store, t0, limited(sliding));
    const starts = Array.from({ length: 2_000 }, (_, index) => ({
      ...makeStart(`many-${index}`),
      rateLimits: [{ ...sliding, key: `many-${index}` }],
    }));
    expect((await mustCommit(store, write({ starts }))).startedRuns).toHaveLength(2_000);
    if (reopen === undefined) return;
    await store.close();
    const again = await reopen();
    try {
      expect(await startAt(again, t0 + 999, limited(sliding))).toBe(false);
      expect(await startAt(again, t0 + 1_000, limited(sliding))).toBe(true);
    } finally {
      await again.close();
    }
  });
}

function testRateLimitProperty(open: OpenStore): void {
  test("whatever comes when, a sliding rate limit is used up and never exceeded", async () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 1, max: 5 }), async (sequence, limit) => {
        const { store, cleanup } = await open();
        const check: RateLimitCheck = { key: "P", limit, periodMs: 100, mode: "sliding" };
        const passed: number[] = [];
        let now = t0;
        for (const gap of sequence) {
          now += gap;
          const inWindow = passed.filter((at) => at > now - 100).length;
          const isStarted = await startAt(store, now, limited(check));
          expect(isStarted).toBe(inWindow < limit);
          if (isStarted) passed.push(now);
        }
        await store.close();
        await cleanup();
      }),
      { numRuns: runs(20) },
    );
  });
}

const skip: SingletonCheck = { key: "S", mode: "skip" };
const cancel: SingletonCheck = { key: "S", mode: "cancel" };

function testSingletons(open: OpenStore): void {
  test("a singleton skips a second run, and says why, until the first has ended", async () => {
    const { store } = await openForTest(open);
    const start = (id: string): RunStart => ({ ...makeStart(id), singleton: skip });
    const first = await mustCommit(store, write({ starts: [start("R1"), start("R2")] }));
    expect(first).toMatchObject({ startedRuns: ["R1"], skippedRuns: ["R2"], cancelledRuns: [] });
    expect(await store.getRun("R2")).toMatchObject({ status: "Skipped", endedAt: t0, startedAt: null });
    expect((await store.getRun("R2"))?.reason).toContain("R1");
    expect((await leaseAll(store)).map(({ id }) => id)).toEqual(["start-R1"]);
    const other = { ...makeStart("R3"), singleton: { ...skip, key: "T" } };
    expect((await mustCommit(store, write({ starts: [other] }))).startedRuns).toEqual(["R3"]);
    await mustCommit(store, write({ run: endOfRun("R1") }));
    expect((await mustCommit(store, write({ starts: [start("R4")] }))).startedRuns).toEqual(["R4"]);
  });

  test("a singleton that cancels ends the first run whole, and puts an item that tells of it", async () => {
    const { store } = await openForTest(open);
    const start = (id: string): RunStart => ({ ...makeStart(id), singleton: cancel });
    await mustCommit(store, write({ starts: [start("R1")], plans: [makePlan("R1", "a", { dueAt: t0 + 99_999 })] }));
    const [leased] = await leaseAll(store);
    const result = await mustCommit(store, write({ starts: [start("R2")] }));
    expect(result).toMatchObject({ startedRuns: ["R2"], cancelledRuns: ["R1"] });
    expect(await store.getRun("R1")).toMatchObject({ status: "Cancelled", endedAt: t0, pendingCount: 0 });
    expect((await store.getRun("R1"))?.reason).toContain("R2");
    expect((await store.listSteps("R1"))[0]?.status).toBe("Cancelled");
    expect(await store.commit({ lease: tokenOf(leased) })).toEqual({ ok: false, reason: "stale" });
    const items = await leaseAll(store, t0 + 100_000);
    expect(items.map(({ id, kind, runId }) => [id, kind, runId])).toEqual([
      ["cancelled:R1", "cancel", "R1"],
      ["start-R2", "start", "R2"],
    ]);
    expect(payloadOf(items[0], "cancel")).toMatchObject({ ended: true });
  });

  test("of runs that one transition starts, a singleton leaves the last and nothing of the others", async () => {
    const { store } = await openForTest(open);
    const starts = ["R1", "R2", "R3"].map((id) => ({
      ...makeStart(id),
      singleton: cancel,
      puts: [makeItem(`t-${id}`, { runId: id, kind: "timeout", payload: '{"kind":"start","timeoutMs":1}' })],
    }));
    const { startedRuns, cancelledRuns } = await mustCommit(store, write({ starts }));
    expect([startedRuns, cancelledRuns]).toEqual([
      ["R1", "R2", "R3"],
      ["R1", "R2"],
    ]);
    const items = (await leaseAll(store)).map(({ id }) => id).sort();
    expect(items).toEqual(["cancelled:R1", "cancelled:R2", "start-R3", "t-R3"]);
  });

  test("a run that ends in the same transition does not stand in the way", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [{ ...makeStart("R1"), singleton: skip }] }));
    const next = { ...makeStart("R2"), singleton: skip };
    const result = await mustCommit(store, write({ run: endOfRun("R1"), starts: [next] }));
    expect(result.startedRuns).toEqual(["R2"]);
    expect((await store.getRun("R1"))?.status).toBe("Completed");
    const replacing = { ...makeStart("R3"), singleton: cancel };
    const last = await mustCommit(store, write({ run: endOfRun("R2"), starts: [replacing] }));
    expect(last).toMatchObject({ startedRuns: ["R3"], cancelledRuns: [] });
    expect((await store.getRun("R2"))?.status).toBe("Completed");
  });
}

/** A run may invoke its own function. */
function testOwnSingleton(open: OpenStore): void {
  test("a run that invokes what it has to give way to leaves nothing behind", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [{ ...makeStart("R1"), singleton: cancel }] }));
    const [item] = await leaseAll(store);
    const invoking = { ...makePlan("R1", "a"), starts: [{ ...makeStart("R2"), singleton: cancel }] };
    const result = await store.commit({ lease: tokenOf(item), openRun: "R1", plans: [invoking, makePlan("R1", "b")] });
    expect(result).toMatchObject({ ok: true, startedRuns: ["R2"], cancelledRuns: ["R1"] });
    expect((await leaseAll(store)).map(({ id }) => id).sort()).toEqual(["cancelled:R1", "start-R2"]);
    const steps = await store.listSteps("R1");
    expect(steps.map(({ status }) => status)).toEqual(["Cancelled", "Cancelled"]);
    expect((await store.getRun("R1"))?.pendingCount).toBe(0);
  });

  test("a transition that puts its item back leaves none when the run gives way", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ starts: [{ ...makeStart("R1"), singleton: cancel }] }));
    const [item] = await leaseAll(store);
    const starts = [{ ...makeStart("R2"), singleton: cancel }];
    const settle = { kind: "retry", attempt: 1, dueAt: t0 } as const;
    await store.commit({ lease: tokenOf(item), settle, starts });
    expect((await leaseAll(store)).map(({ id }) => id).sort()).toEqual(["cancelled:R1", "start-R2"]);
  });
}

function testRefusals(open: OpenStore): void {
  test("what is not started puts its refusal instead, with the reason in it", async () => {
    const { store } = await openForTest(open);
    const onRefused = (stepId: string) => ({ runId: "parent", stepId, functionId: "function-1" });
    const one = { ...sliding, limit: 1 };
    const starts: RunStart[] = [
      { ...makeStart("R1"), rateLimits: [one], onRefused: onRefused("never") },
      { ...makeStart("R2"), rateLimits: [one], onRefused: onRefused("limited") },
      { ...makeStart("R3", { idempotencyKey: "I" }), onRefused: onRefused("never-2") },
      { ...makeStart("R4", { idempotencyKey: "I" }), onRefused: onRefused("doubled") },
      { ...makeStart("R5"), singleton: { ...skip, key: '"$&\\' }, onRefused: onRefused("never-3") },
      { ...makeStart("R6"), singleton: { ...skip, key: '"$&\\' }, onRefused: onRefused("single") },
    ];
    await mustCommit(store, write({ starts }));
    const items = (await leaseAll(store)).filter(({ kind }) => kind === "resume");
    const reasons: Record<string, unknown> = Object.fromEntries(
      items.map((item) => [item.stepId, JSON.stringify(payloadOf(item, "resume"))]),
    );
    expect(Object.keys(reasons).sort()).toEqual(["doubled", "limited", "single"]);
    expect(reasons.limited).toContain(
      '{"memo":{"error":{"name":"InngestInvokeError","message":"invoked function was not started: rate limited: ',
    );
    expect(reasons.doubled).toContain("idempotency key");
    expect(reasons.single).toContain("run R5");
  });

  test("while a pause skips what arrives, runs are recorded as skipped", async () => {
    const { store } = await openForTest(open);
    const pause = { scope: "all", targetId: "", reason: "release 7", author: "ana", at: t0 } as const;
    await mustCommit(store, write({ pause: { ...pause, arriving: "skip" } }));
    const held = { ...makeStart("R1"), singleton: cancel };
    expect(await mustCommit(store, write({ starts: [held] }))).toMatchObject({ startedRuns: [], skippedRuns: ["R1"] });
    expect((await store.getRun("R1"))?.reason).toBe("paused by ana: release 7");
    await mustCommit(store, write({ pause: { ...pause, arriving: "hold" } }));
    expect((await mustCommit(store, write({ starts: [makeStart("R2")] }))).startedRuns).toEqual(["R2"]);
    expect((await store.getRun("R2"))?.status).toBe("Queued");
  });
}

export function testAdmission(open: OpenStore): void {
  testRateLimits(open);
  testRateLimitProperty(open);
  testSingletons(open);
  testOwnSingleton(open);
  testRefusals(open);
}
