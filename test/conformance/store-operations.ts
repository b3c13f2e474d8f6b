/** What operators ask of a store: dead letters, schedules, bulk jobs, listings by filter, and letting go of what is old. */
import { describe, expect, test } from "vitest";
import type { BulkJobRecord } from "../../server/src/domain/bulk-job.ts";
import { lowestUlid } from "../../server/src/domain/ids.ts";
import type { ScheduleRecord } from "../../server/src/domain/schedule.ts";
import type { RunFilter, Store } from "../../server/src/ports/store.ts";
import { mustCommit, type OpenStore, openForTest } from "./store-harness.ts";
import {
  endOfRun,
  makeAttempt,
  makeEnd,
  makeEvent,
  makePlan,
  makeStart,
  makeStep,
  t0,
  write,
} from "./store-records.ts";

const schedule: ScheduleRecord = {
  id: "S1",
  name: "mornings",
  cron: "0 6 * * *",
  jitterMs: 1000,
  missed: "one",
  target: { kind: "event", name: "a/b" },
  data: '{"n":1}',
  pausedAt: null,
  createdAt: t0,
};

const job: BulkJobRecord = {
  id: "J1",
  kind: "cancel",
  filter: { functionIds: ["f"], statuses: ["Queued"], from: 1, until: 2, condition: "true" },
  reason: "why",
  status: "Running",
  cursor: null,
  matched: 0,
  createdAt: t0,
  endedAt: null,
};

/** A run's id of that moment, as the engine makes them. */
const idAt = (at: number, number = 0): string => lowestUlid(at).slice(0, -2) + String(number).padStart(2, "0");

async function fail(store: Store, runId: string, functionId: string, failedAt: number): Promise<void> {
  await mustCommit(store, write({ starts: [makeStart(runId, { functionId })] }));
  const error = `{"name":"Error","message":"${runId}"}`;
  await mustCommit(store, write({ run: { runId, end: { status: "Failed", endedAt: failedAt, output: error } } }));
}

function testDeadLetters(open: OpenStore): void {
  test("a run that fails becomes one, in the commit that ends it; other ends do not", async () => {
    const { store } = await openForTest(open);
    await fail(store, "R1", "f1", t0 + 7);
    await mustCommit(store, write({ starts: [makeStart("R2"), makeStart("R3")] }));
    await mustCommit(store, write({ run: endOfRun("R2", "Completed") }));
    await mustCommit(store, write({ run: endOfRun("R3", "Cancelled") }));
    const letter = { runId: "R1", functionId: "f1", failedAt: t0 + 7, error: '{"name":"Error","message":"R1"}' };
    expect(await store.listDeadLetters({ limit: 10 })).toEqual([letter]);
    expect(await store.getDeadLetter("R1")).toEqual(letter);
    expect(await store.getDeadLetter("R2")).toBeNull();
  });

  test("are listed by function and time, either way, in pages", async () => {
    const { store } = await openForTest(open);
    for (const [index, fn] of ["f1", "f2", "f1", "f1"].entries()) await fail(store, `R${index + 1}`, fn, t0 + index);
    const ids = async (filter: object) =>
      (await store.listDeadLetters({ limit: 10, ...filter })).map(({ runId }) => runId);
    expect(await ids({})).toEqual(["R4", "R3", "R2", "R1"]);
    expect(await ids({ functionIds: ["f1"], order: "oldest" })).toEqual(["R1", "R3", "R4"]);
    expect(await ids({ functionIds: [] })).toEqual([]);
    expect(await ids({ from: t0 + 1, until: t0 + 3 })).toEqual(["R3", "R2"]);
    expect(await ids({ cursor: "R3", limit: 1 })).toEqual(["R2"]);
    expect(await ids({ order: "oldest", cursor: "R1", before: "R4" })).toEqual(["R2", "R3"]);
  });

  test("are dropped, and taken by the start that retries them, which happens once", async () => {
    const { store } = await openForTest(open);
    for (const id of ["R1", "R2"]) await fail(store, id, "f1", t0);
    await mustCommit(store, write({ dropDeadLetters: ["R1", "R9"] }));
    const retry = (runId: string) => ({ ...makeStart(runId, { originalRunId: "R2" }), deadLetter: "R2" });
    const first = await mustCommit(store, write({ starts: [retry("R3")] }));
    const second = await mustCommit(store, write({ starts: [retry("R4")] }));
    expect([first.startedRuns, second.startedRuns]).toEqual([["R3"], []]);
    expect(await store.getRun("R4")).toBeNull();
    expect(await store.listDeadLetters({ limit: 10 })).toEqual([]);
  });
}

function testSchedules(open: OpenStore): void {
  test("are kept, replaced and forgotten", async () => {
    const { store } = await openForTest(open);
    const other: ScheduleRecord = {
      ...schedule,
      id: "S2",
      target: { kind: "function", functionId: "f" },
      missed: "all",
    };
    await mustCommit(store, write({ schedule: other }));
    await mustCommit(store, write({ schedule }));
    expect(await store.listSchedules()).toEqual([schedule, other]);
    await mustCommit(store, write({ schedule: { ...schedule, pausedAt: t0 + 1 } }));
    expect(await store.getSchedule("S1")).toEqual({ ...schedule, pausedAt: t0 + 1 });
    await mustCommit(store, write({ removeSchedule: "S1" }));
    expect(await store.getSchedule("S1")).toBeNull();
    expect(await store.listSchedules()).toEqual([other]);
  });
}

function testBulkJobs(open: OpenStore): void {
  test("advance until they end", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ bulkJob: job }));
    await mustCommit(store, write({ bulkJob: { ...job, id: "J2", kind: "rerun", filter: {}, reason: null } }));
    await mustCommit(store, write({ bulkProgress: { id: "J1", cursor: "R5", matched: 3, endedAt: null } }));
    expect(await store.getBulkJob("J1")).toEqual({ ...job, cursor: "R5", matched: 3 });
    await mustCommit(store, write({ bulkProgress: { id: "J1", cursor: null, matched: 2, endedAt: t0 + 9 } }));
    const done = { ...job, cursor: "R5", matched: 5, status: "Completed", endedAt: t0 + 9 };
    expect(await store.getBulkJob("J1")).toEqual(done);
    expect((await store.listBulkJobs()).map(({ id }) => id)).toEqual(["J2", "J1"]);
    expect((await store.listBulkJobs("cancel")).map(({ id }) => id)).toEqual(["J1"]);
    expect(await store.getBulkJob("J9")).toBeNull();
    await mustCommit(store, write({ stopBulkJob: { id: "J1", at: t0 + 20 } }));
    expect(await store.getBulkJob("J1")).toEqual(done);
  });

  test("stay stopped, whatever progress is written afterwards", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ bulkJob: job }));
    await mustCommit(store, write({ stopBulkJob: { id: "J1", at: t0 + 5 } }));
    await mustCommit(store, write({ bulkProgress: { id: "J1", cursor: "R1", matched: 1, endedAt: t0 + 9 } }));
    expect(await store.getBulkJob("J1")).toMatchObject({ status: "Stopped", endedAt: t0 + 5, matched: 1 });
  });
}

function testRuns(open: OpenStore): void {
  test("are listed by many statuses and functions, by each of their times, either way", async () => {
    const { store } = await openForTest(open);
    for (const [index, functionId] of ["f1", "f2", "f1"].entries())
      await mustCommit(store, write({ starts: [makeStart(`R${index + 1}`, { functionId, queuedAt: t0 + index })] }));
    await store.lease({ now: t0 + 50, leaseUntil: t0 + 99, limit: 1 });
    await mustCommit(store, write({ run: endOfRun("R2", "Cancelled") }));
    const ids = async (filter: Partial<RunFilter>) =>
      (await store.listRuns({ limit: 10, ...filter })).map(({ id }) => id);
    expect(await ids({ statuses: ["Queued", "Cancelled"] })).toEqual(["R3", "R2"]);
    expect(await ids({ statuses: [] })).toEqual([]);
    expect(await ids({ functionIds: ["f1", "f9"], order: "oldest" })).toEqual(["R1", "R3"]);
    expect(await ids({ time: { field: "queuedAt", from: t0 + 1, until: t0 + 2 } })).toEqual(["R2"]);
    expect(await ids({ time: { field: "startedAt", from: t0 } })).toEqual(["R1"]);
    expect(await ids({ time: { field: "endedAt", until: t0 + 1000 } })).toEqual(["R2"]);
    expect(await ids({ order: "oldest", cursor: "R1", before: "R3" })).toEqual(["R2"]);
  });

  test("are found by their idempotency key, the newest of them", async () => {
    const { store } = await openForTest(open);
    const day = 86_400_000;
    const first = makeStart("R1", { idempotencyKey: "k" });
    const second = makeStart("R2", { idempotencyKey: "k", queuedAt: t0 + 2 * day });
    await mustCommit(store, write({ starts: [first] }));
    await mustCommit(store, write({ starts: [second] }));
    expect((await store.findRunByKey("k"))?.id).toBe("R2");
    expect(await store.findRunByKey("other")).toBeNull();
  });

  test("remember steps of another run from their beginning", async () => {
    const { store } = await openForTest(open);
    const remembered = ["a", "b"].map((id) =>
      makeStep("R0", id, { op: "StepRun", status: "Completed", memo: '{"data":1}', endedAt: t0, position: 9 }),
    );
    await mustCommit(store, write({ starts: [{ ...makeStart("R1", { stepInputs: '{"c":[1]}' }), remembered }] }));
    const execution = await store.loadExecution("R1");
    expect(execution?.ended.map(({ id, position, runId }) => [id, position, runId])).toEqual([
      ["a", 1, "R1"],
      ["b", 2, "R1"],
    ]);
    expect(execution?.run).toMatchObject({ stepCount: 2, pendingCount: 0, stateBytes: 20, stepInputs: '{"c":[1]}' });
  });

  test("may have events of their own, which start nothing else and are kept as they came first", async () => {
    const { store } = await openForTest(open);
    await mustCommit(store, write({ copies: [makeEvent("E1", { data: '{"n":1}' })] }));
    await mustCommit(store, write({ copies: [makeEvent("E1", { data: '{"n":2}' })] }));
    expect((await store.getEvent("E1"))?.data).toBe('{"n":1}');
  });
}

function testSweep(open: OpenStore): void {
  const later = t0 + 1_000_000;

  async function sweepAll(store: Store, before: number, limit = 100): Promise<{ runs: number; events: number }> {
    const gone = { runs: 0, events: 0 };
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const batch = await store.sweep({ before, limit, cursor: cursor ?? null });
      gone.runs += batch.runs;
      gone.events += batch.events;
      cursor = batch.cursor;
    }
    return gone;
  }

  test("takes what ended before, with all that belongs to it, and nothing that is open or younger", async () => {
    const { store } = await openForTest(open);
    const [old, open1, young] = [idAt(t0, 1), idAt(t0, 2), idAt(t0, 3)];
    const events = ["E1", "E2", "E3"].map((id) => makeEvent(id));
    const starts = [
      makeStart(old, { eventIds: ["E1", "E2"] }),
      makeStart(open1, { eventIds: ["E2"] }),
      makeStart(young, { eventIds: ["E3"] }),
    ];
    await mustCommit(store, write({ events, starts }));
    await mustCommit(store, write({ ends: [makeEnd(old, "a"), makeEnd(open1, "a")], plans: [makePlan(open1, "b")] }));
    await mustCommit(store, write({ attempts: [makeAttempt(old)] }));
    const end = (endedAt: number) => ({ status: "Failed" as const, endedAt, output: "{}" });
    await mustCommit(store, write({ run: { runId: old, end: end(t0 + 10) } }));
    await mustCommit(store, write({ run: { runId: young, end: end(later) } }));
    expect(await sweepAll(store, t0 + 100)).toEqual({ runs: 1, events: 1 });
    expect(await store.getRun(old)).toBeNull();
    expect(await store.listSteps(old)).toEqual([]);
    expect(await store.listAttempts(old)).toEqual([]);
    expect(await store.getEvent("E1")).toBeNull();
    expect(await store.listRunsOfEvent("E2")).toMatchObject([{ id: open1 }]);
    expect((await store.loadExecution(open1))?.events).toHaveLength(1);
    expect((await store.listDeadLetters({ limit: 9 })).map(({ runId }) => runId)).toEqual([young]);
    expect(await store.listItems(open1)).not.toEqual([]);
  });

  test("takes events that came to nothing, but not the young ones", async () => {
    const { store } = await openForTest(open);
    const events = [
      makeEvent("E1"),
      makeEvent("E2", { receivedAt: t0 + 500 }),
      makeEvent("E3", { receivedAt: t0 + 600 }),
    ];
    await mustCommit(store, write({ events }));
    expect(await sweepAll(store, t0 + 100)).toEqual({ runs: 0, events: 1 });
    expect((await store.listEvents({ limit: 9 })).map(({ internalId }) => internalId)).toEqual(["E3", "E2"]);
    expect(await sweepAll(store, later)).toEqual({ runs: 0, events: 2 });
  });

  test("works in batches, oldest first, whatever is in between", async () => {
    const { store } = await openForTest(open);
    for (let number = 0; number < 25; number++) {
      const id = idAt(t0 + number);
      const start = makeStart(id, { eventIds: [`E${number}`] });
      await mustCommit(store, write({ events: [makeEvent(`E${number}`)], starts: [start] }));
      const status = number % 5 === 0 ? "Completed" : number % 5 === 1 ? "Cancelled" : "Failed";
      if (number !== 7) await mustCommit(store, write({ run: endOfRun(id, status) }));
    }
    const batch = await store.sweep({ before: later, limit: 10, cursor: null });
    expect(batch.runs).toBe(10);
    expect((await store.listRuns({ order: "oldest", limit: 2 })).map(({ id }) => id)).toEqual([
      idAt(t0 + 7),
      idAt(t0 + 11),
    ]);
    expect(await sweepAll(store, later, 10)).toEqual({ runs: 14, events: 14 });
    expect((await store.storage()).runs).toBe(1);
  });

  test("gives its room back", async () => {
    const { store } = await openForTest(open);
    const data = JSON.stringify({ text: "x".repeat(20_000) });
    for (let batch = 0; batch < 20; batch++) {
      const events = Array.from({ length: 20 }, (_, index) => makeEvent(`E${batch}-${index}`, { data }));
      await mustCommit(store, write({ events }));
    }
    const before = await store.usedBytes();
    expect(before).toBeGreaterThan(8_000_000);
    await sweepAll(store, later);
    expect(await store.usedBytes()).toBeLessThan(before / 10);
    for (let free = Number.POSITIVE_INFINITY; free > 0; ) free = await store.compact(1_000_000);
    expect(await store.compact(1_000_000)).toBe(0);
  });

  test("is counted by storage", async () => {
    const { store } = await openForTest(open);
    expect(await store.storage()).toMatchObject({ runs: 0, events: 0, oldestRunAt: null, oldestEventAt: null });
    await mustCommit(
      store,
      write({ events: [makeEvent("E1", { receivedAt: t0 + 3 })], starts: [makeStart("R1"), makeStart("R2")] }),
    );
    await mustCommit(store, write({ ends: [makeEnd("R1", "a")], plans: [makePlan("R1", "b")] }));
    await mustCommit(store, write({ run: endOfRun("R2", "Failed") }));
    expect(await store.storage()).toMatchObject({
      runs: 2,
      openRuns: 1,
      events: 1,
      steps: 2,
      queueItems: 2,
      deadLetters: 1,
      oldestRunAt: t0,
      oldestEventAt: t0 + 3,
      usedBytes: expect.any(Number),
    });
  });
}

function testDurable(open: OpenStore): void {
  test("survive a restart", async () => {
    const { store, reopen } = await openForTest(open);
    if (reopen === undefined) return;
    await fail(store, "R1", "f1", t0);
    await mustCommit(store, write({ schedule, bulkJob: job }));
    await store.close();
    const again = await reopen();
    try {
      expect(await again.getDeadLetter("R1")).not.toBeNull();
      expect(await again.listSchedules()).toEqual([schedule]);
      expect(await again.getBulkJob("J1")).toEqual(job);
      const { diskBytes, usedBytes } = await again.storage();
      expect(diskBytes).toBeGreaterThanOrEqual(usedBytes);
    } finally {
      await again.close();
    }
  });
}

export function testOperations(open: OpenStore): void {
  describe("dead letters", () => testDeadLetters(open));
  describe("schedules", () => testSchedules(open));
  describe("bulk jobs", () => testBulkJobs(open));
  describe("runs", () => testRuns(open));
  describe("a sweep", () => testSweep(open));
  describe("all of it", () => testDurable(open));
}
