import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BulkFilter, BulkJobRecord, BulkKind } from "../../../../server/src/domain/bulk-job.ts";
import { bulkPut } from "../../../../server/src/domain/queue/queue-puts.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, operations, result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
let isFixed: boolean;

beforeEach(async () => {
  isFixed = false;
  core = await createCoreEngine({
    scripts: {
      nap: () => operations([{ op: "Sleep", id: "1".repeat(40), displayName: "nap", name: "1h", opts: {} }]),
      flaky: ({ body }) =>
        isFixed ? result(body.event.data) : failure({ name: "Error", message: "down" }, { noRetry: true }),
    },
  });
  await core.engine.register(registration([functionConfig("nap"), functionConfig("flaky")]));
});
afterEach(() => core.stop());

async function sendMany(name: string, count: number, from = 0): Promise<void> {
  const body = Array.from({ length: count }, (_, index) => ({ name, data: { n: from + index, odd: index % 2 === 1 } }));
  await core.engine.ingest({ body, seed: null });
  await core.idle();
}

async function work(kind: BulkKind, filter: BulkFilter = {}, reason: string | null = null): Promise<BulkJobRecord> {
  const job = await core.engine.operations.startBulkJob({ kind, filter, reason });
  await core.idle();
  const done = await core.store.getBulkJob(job.id);
  if (done === null) throw new Error("no job");
  return done;
}

const statuses = async (): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { status } of await core.store.listRuns({ limit: 1000 })) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const jobId = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";

/** A job as an earlier process left it. */
async function put(fields: Partial<BulkJobRecord>): Promise<BulkJobRecord> {
  const now = core.clock.now();
  const job: BulkJobRecord = {
    id: jobId,
    kind: "cancel",
    filter: {},
    reason: null,
    status: "Running",
    cursor: null,
    matched: 0,
    createdAt: now,
    endedAt: now,
    ...fields,
  };
  await core.store.commit({ lease: null, bulkJob: job, puts: [bulkPut(jobId, now)] });
  return job;
}

describe("bulk cancel", () => {
  it("ends all open runs of a function, in batches, with its reason, and leaves later ones", async () => {
    await sendMany("test/nap", 230);
    await sendMany("test/flaky", 3);
    const fn = core.engine.functions().find(({ slug }) => slug === "nap");
    const job = await work("cancel", { functionIds: [fn?.id ?? ""], statuses: ["Queued", "Running"] }, "bad deploy");
    expect(job).toMatchObject({ status: "Completed", matched: 230, endedAt: core.clock.now() });
    expect(await statuses()).toEqual({ Cancelled: 230, Failed: 3 });
    const [run] = await core.store.listRuns({ status: "Cancelled", limit: 1 });
    expect(run?.reason).toBe("bad deploy");
    await sendMany("test/nap", 1);
    expect(await statuses()).toEqual({ Cancelled: 230, Failed: 3, Running: 1 });
  });

  it("picks runs by what their events hold, and by when they were queued", async () => {
    await sendMany("test/nap", 10);
    const from = core.clock.now() + 1000;
    await core.advance(1000);
    await sendMany("test/nap", 10, 10);
    const job = await work("cancel", { condition: "event.data.odd && event.data.n < 18", from });
    expect(job.matched).toBe(4);
    expect(await statuses()).toEqual({ Cancelled: 4, Running: 16 });
  });

  it("goes on after a restart from where it stood", async () => {
    await sendMany("test/nap", 150);
    await core.engine.stop(0);
    const oldest = await core.store.listRuns({ order: "oldest", limit: 60 });
    await put({ status: "Running", cursor: oldest[59]?.id ?? "", matched: 60, endedAt: null });
    await core.engine.start();
    await core.idle();
    expect(await core.store.getBulkJob(jobId)).toMatchObject({ status: "Completed", matched: 150 });
    expect(await statuses()).toEqual({ Running: 60, Cancelled: 90 });
  });

  it("can be stopped: what was done stays done", async () => {
    await sendMany("test/nap", 5);
    const job = await core.engine.operations.startBulkJob({ kind: "cancel", filter: {}, reason: null });
    await core.engine.operations.stopBulkJob(job.id).catch(() => undefined);
    await core.idle();
    const ended = await core.store.getBulkJob(job.id);
    expect(["Stopped", "Completed"]).toContain(ended?.status);
    await expect(core.engine.operations.stopBulkJob(job.id)).rejects.toMatchObject({ code: "job_ended" });
    await expect(core.engine.operations.stopBulkJob("nothing")).rejects.toMatchObject({ code: "job_not_found" });
  });

  it("does nothing more once it is stopped", async () => {
    await core.engine.stop(0);
    const job = await put({ status: "Stopped" });
    await core.engine.start();
    await core.idle();
    expect(await core.store.nextDueAt()).toBeNull();
    expect(await core.store.getBulkJob(jobId)).toEqual(job);
  });

  it("refuses a condition that does not compile, and writes nothing", async () => {
    await expect(
      core.engine.operations.startBulkJob({ kind: "cancel", filter: { condition: "event.data.n ==" }, reason: null }),
    ).rejects.toMatchObject({ code: "invalid_expression" });
    expect(await core.store.listBulkJobs()).toEqual([]);
  });
});

describe("bulk rerun", () => {
  it("repeats what failed, each run once, and not what it started itself", async () => {
    await sendMany("test/flaky", 120);
    isFixed = true;
    const job = await work("rerun", {
      statuses: ["Failed"],
      condition: 'output.message == "down" && event.data.n < 110',
    });
    expect(job).toMatchObject({ status: "Completed", matched: 110 });
    expect(await statuses()).toEqual({ Failed: 120, Completed: 110 });
    const again = await work("rerun", { statuses: ["Completed"], condition: "event.data.n == 1" });
    expect(again.matched).toBe(1);
  });

  it("leaves out runs whose function is gone, and says so", async () => {
    await sendMany("test/flaky", 2);
    await core.engine.register(registration([functionConfig("nap")]));
    expect(await work("rerun")).toMatchObject({ status: "Completed", matched: 0 });
    expect(core.warnings).toContain("A run could not be repeated in bulk");
  });
});

describe("dead letters in bulk", () => {
  it("are retried by filter", async () => {
    await sendMany("test/flaky", 120);
    isFixed = true;
    const job = await work("retry-dead-letters", { condition: "event.data.n >= 20" });
    expect(job).toMatchObject({ status: "Completed", matched: 100 });
    expect(await core.store.listDeadLetters({ limit: 1000 })).toHaveLength(20);
    expect(await statuses()).toEqual({ Failed: 120, Completed: 100 });
  });

  it("are dropped by filter", async () => {
    await sendMany("test/flaky", 5);
    const until = core.clock.now() + 1;
    await core.advance(5);
    await sendMany("test/flaky", 5);
    expect((await work("drop-dead-letters", { until })).matched).toBe(5);
    expect(await core.store.listDeadLetters({ limit: 1000 })).toHaveLength(5);
    expect(await core.store.listBulkJobs("drop-dead-letters")).toHaveLength(1);
    expect(await core.store.listBulkJobs("rerun")).toEqual([]);
  });
});
