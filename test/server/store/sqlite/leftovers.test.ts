/** What the store keeps in tables and in memory does not pile up, and what it has in mind outlives a roll-back. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLane } from "../../../../server/src/domain/queue/lane.ts";
import type { WaitRecord } from "../../../../server/src/domain/run/wait.ts";
import { openDatabase } from "../../../../server/src/store/sqlite/database.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { claim, inLane, slot, startIn } from "../../../conformance/lane-records.ts";
import { mustCommit, tokenOf } from "../../../conformance/store-harness.ts";
import { makeEvent, t0, write } from "../../../conformance/store-records.ts";
import { tempDirectory } from "../../../helpers/temp-directory.ts";

function countRows(directory: string, table: string): number {
  const database = openDatabase(join(directory, "stepwell.db"));
  const row = database.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`);
  database.close();
  return row?.count ?? -1;
}

test("lanes in which nothing lies are forgotten when a store is opened anew, the others stay", async () => {
  const directory = await tempDirectory("lanes-left");
  const store = openSqliteStore({ directory });
  const puts = Array.from({ length: 30 }, (_, n) => inLane(`i${n}`, createLane("f", [slot(`tenant-${n}`, 1)])));
  const { claimed } = await mustCommit(store, write({ puts }), claim(30));
  for (const item of claimed.slice(1)) await mustCommit(store, { lease: tokenOf(item) });
  await store.close();
  await openSqliteStore({ directory }).close();
  expect(countRows(directory, "lanes")).toBe(1);
  const again = openSqliteStore({ directory });
  onTestFinished(() => again.close());
  expect(await again.lease({ now: t0 + 1, leaseUntil: t0 + 2, limit: 10 })).toHaveLength(1);
});

test("bulk jobs that ended long ago go with what is old", async () => {
  const directory = await tempDirectory("jobs-left");
  const store = openSqliteStore({ directory });
  const job = (id: string, endedAt: number | null) =>
    write({
      bulkJob: {
        id,
        kind: "cancel",
        filter: {},
        reason: null,
        status: endedAt === null ? "Running" : "Completed",
        cursor: null,
        matched: 0,
        createdAt: t0,
        endedAt,
      },
    });
  const old = "00000000000000000000000001";
  await mustCommit(store, job(old, t0));
  await mustCommit(store, job("00000000000000000000000002", null));
  await mustCommit(store, job("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", t0 + 5_000));
  await store.sweep({ before: t0 + 1_000, limit: 10, cursor: null });
  expect(await store.getBulkJob(old)).toBeNull();
  expect(await store.listBulkJobs()).toHaveLength(2);
  await store.close();
});

const waitFor = (id: string, name: string): { wait: WaitRecord } => ({
  wait: {
    id,
    kind: "event",
    runId: id,
    functionId: "f",
    stepId: "w",
    name,
    path: "",
    value: "",
    condition: null,
    expiresAt: t0 + 1_000,
    createdAt: t0,
  },
});

const startsOf = (ids: string[], nameOf: (id: string) => string) =>
  ids.map((id) => ({ ...startIn(id, createLane("f")), waits: [waitFor(id, nameOf(id))] }));

test("a wait that a transaction took and its roll-back brought back is found", async () => {
  const directory = await tempDirectory("waits-back");
  const before = openSqliteStore({ directory });
  await mustCommit(before, write({ starts: startsOf(["R1"], () => "go") }));
  await before.close();
  const store = openSqliteStore({ directory });
  onTestFinished(() => store.close());
  // The wait goes, an event has the store read what is waited for, and then the transaction fails.
  const bad = write({
    openWait: "R1",
    events: [makeEvent("E0", { name: "other" })],
    puts: [{ ...inLane("x", createLane("f")), rank: {} as unknown as number }],
  });
  await expect(store.commit(bad)).rejects.toThrow();
  await mustCommit(store, write({ events: [makeEvent("E1", { name: "go" })] }));
  const found = await store.lease({ now: t0 + 10, leaseUntil: t0 + 20, limit: 10 });
  expect(found.map(({ kind }) => kind)).toContain("match");
});

test("names of events that nobody waits for any more leave the memory, those that are waited for stay", async () => {
  const store = openSqliteStore({ directory: null });
  onTestFinished(() => store.close());
  await mustCommit(store, write({ starts: startsOf(["kept"], () => "kept") }));
  for (let from = 0; from < 10_100; from += 505) {
    const ids = Array.from({ length: 505 }, (_, n) => `R${from + n}`);
    await mustCommit(store, write({ starts: startsOf(ids, (id) => `event-${id}`) }));
    await mustCommit(store, write({ waitTakes: ids.map((waitId) => ({ waitId, item: null })) }));
  }
  await mustCommit(
    store,
    write({ events: [makeEvent("E1", { name: "kept" }), makeEvent("E2", { name: "event-R1" })] }),
  );
  const due = await store.lease({ now: t0 + 10, leaseUntil: t0 + 20, limit: 20_000 });
  const matches = due.filter(({ kind }) => kind === "match");
  expect(matches.map(({ payload }) => payload)).toMatchObject([{ eventId: "E1" }]);
});
