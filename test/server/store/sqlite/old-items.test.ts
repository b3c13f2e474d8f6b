/** Queue items in databases that earlier releases wrote, and in those that a later one has written to. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../../../server/src/store/sqlite/database.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { t0 } from "../../../conformance/store-records.ts";
import { createCoreEngine } from "../../../helpers/core-engine.ts";
import { tempDirectory } from "../../../helpers/temp-directory.ts";

type Row = readonly [kind: string, runId: string | null, stepId: string | null, payload: string | null];

/** Payloads as engines stored them before each kind had a type of its own. */
const oldRows: readonly Row[] = [
  ["discover", "R1", null, null],
  [
    "request",
    "R1",
    "q",
    '{"kind":"fetch","request":{"url":"http://a.test/","method":"GET","headers":{},"body":null},"isRace":false}',
  ],
  ["wake", "R1", "w", "race"],
  ["wake", "R1", "v", null],
  [
    "resume",
    "R1",
    "r",
    '{"memo":{"error":{"name":"InngestInvokeError","message":"invoked function was not started: x"}}}',
  ],
  ["match", null, null, '{"eventId":"E1","upTo":3,"waitId":null}'],
  ["cancel", "R1", null, '{"reason":"gave way","ended":true}'],
  ["timeout", "R1", null, '{"kind":"start","timeoutMs":1000}'],
  ["debounce", null, null, "a key"],
  ["batch", null, null, "batch:f:E1"],
  ["cron", null, null, "0 * * * *"],
  ["schedule", null, null, '{"cron":"0 6 * * *","tick":5}'],
  ["bulk", null, null, "01JOB"],
];

/** A data folder with these rows in its queue, due long ago. */
async function folderWith(rows: readonly Row[]): Promise<string> {
  const directory = await tempDirectory("old-items");
  await openSqliteStore({ directory }).close();
  const database = openDatabase(join(directory, "stepwell.db"));
  for (const [index, [kind, runId, stepId, payload]] of rows.entries()) {
    const id = `item-${String(index).padStart(2, "0")}`;
    database.run(
      `INSERT INTO queue (id, kind, function_id, run_id, step_id, attempt, max_attempts, due_at, rank, fence, payload)
      VALUES (?, ?, 'f', ?, ?, 0, 4, ?, 0, 0, ?)`,
      ...[id, kind, runId, stepId, 1, payload],
    );
  }
  database.close();
  return directory;
}

test("items that an earlier release put are read", async () => {
  const store = openSqliteStore({ directory: await folderWith(oldRows) });
  onTestFinished(() => store.close());
  const items = await store.lease({ now: t0, leaseUntil: t0 + 1, limit: 100 });
  expect(items.map(({ kind, payload }) => [kind, payload])).toEqual([
    ["discover", null],
    [
      "request",
      { kind: "fetch", request: { url: "http://a.test/", method: "GET", headers: {}, body: null }, isRace: false },
    ],
    ["wake", { isRace: true, awaited: null }],
    ["wake", { isRace: false, awaited: null }],
    ["resume", { memo: { error: { name: "InngestInvokeError", message: "invoked function was not started: x" } } }],
    ["match", { eventId: "E1", upTo: 3, waitId: null }],
    ["cancel", { reason: "gave way", ended: true }],
    ["timeout", { kind: "start", timeoutMs: 1000 }],
    ["debounce", { key: "a key" }],
    ["batch", { batchId: "batch:f:E1" }],
    ["cron", { cron: "0 * * * *", tick: 1 }],
    ["schedule", { cron: "0 6 * * *", tick: 5 }],
    ["bulk", { jobId: "01JOB" }],
  ]);
});

test("an item of a kind that a later release knows stays in the queue, is said, and holds up nothing", async () => {
  const later = [
    ["promote", "R1", null, '{"to":2}'],
    ["match", null, null, '{"eventId":"gone","upTo":3,"waitId":null}'],
  ] as const;
  const directory = await folderWith(later);
  const core = await createCoreEngine({ store: openSqliteStore({ directory }) });
  await core.idle();
  expect(core.warnings.join()).toContain("cannot be read by this engine");
  expect(await core.store.nextDueAt()).toBe(core.clock.now() + 60_000);
  await core.engine.stop(0);
  await core.store.close();
  const database = openDatabase(join(directory, "stepwell.db"));
  onTestFinished(() => database.close());
  expect(database.all("SELECT kind, payload FROM queue")).toEqual([{ kind: "promote", payload: '{"to":2}' }]);
});
