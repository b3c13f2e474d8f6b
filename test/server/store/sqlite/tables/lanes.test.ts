import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLane } from "../../../../../server/src/domain/queue/lane.ts";
import { openDatabase } from "../../../../../server/src/store/sqlite/database.ts";
import { openSqliteStore } from "../../../../../server/src/store/sqlite/open-store.ts";
import { claim, inLane, lease, slot } from "../../../../conformance/lane-records.ts";
import { mustCommit, tokenOf } from "../../../../conformance/store-harness.ts";
import { t0, write } from "../../../../conformance/store-records.ts";

test("lanes in which nothing lies any more are swept out, with their slots and throttles", async () => {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-lanes-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const store = openSqliteStore({ directory });
  const count = 2_500;
  for (let n = 0; n < count; n += 500) {
    const puts = Array.from({ length: 500 }, (_, i) => {
      const key = `tenant-${n + i}`;
      const throttle = { key, limit: 1, periodMs: 1_000, burst: 1, label: key };
      return inLane(key, createLane("function-1", [slot(key, 1)], [], throttle));
    });
    const { claimed } = await mustCommit(store, write({ puts }), claim(500, t0 + n * 100));
    expect(claimed).toHaveLength(500);
    await Promise.all(claimed.map((item) => mustCommit(store, { lease: tokenOf(item) })));
  }
  expect(await lease(store, 10, t0 + count * 1_000)).toEqual([]);
  await store.close();
  const database = openDatabase(join(directory, "stepwell.db"));
  const rows = database.get<Record<string, number>>(
    "SELECT (SELECT count(*) FROM lanes) AS lanes, (SELECT count(*) FROM slots) AS slots, (SELECT count(*) FROM throttles) AS throttles",
  );
  database.close();
  expect(rows?.slots).toBe(0);
  expect(rows?.lanes).toBeLessThan(count);
  expect(rows?.throttles).toBeLessThan(count);
});

test("a pause that was undone with its transaction does not stay in mind", async () => {
  const store = openSqliteStore({ directory: null });
  onTestFinished(() => store.close());
  const pause = { scope: "all", targetId: "", reason: "r", author: "a", at: t0, arriving: "hold" } as const;
  const badPut = inLane("x", createLane("f"), { dueAt: null as unknown as number });
  const bad = write({ pause: { ...pause, author: "b" }, puts: [badPut] });
  const results = await Promise.allSettled([
    store.commit(write({ pause })),
    store.commit(write({ puts: [inLane("a", createLane("f"))] }), claim()),
    store.commit(bad, claim()),
    store.commit(write({ resume: { scope: "all", targetId: "" } }), claim()),
    store.commit(write({ puts: [inLane("b", createLane("f"))] }), claim()),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(results.at(-2)).toMatchObject({ value: { claimed: [{ id: "a" }] } });
  expect(results.at(-1)).toMatchObject({ value: { claimed: [{ id: "b" }] } });
});
