/** What a run costs in statements: what was written a moment ago is not read again. */
import { expect, test } from "vitest";
import type { CommitResult } from "../../../../../server/src/domain/commit-result.ts";
import type { Transition } from "../../../../../server/src/domain/transition.ts";
import { createWrites } from "../../../../../server/src/store/sqlite/commit/commit.ts";
import { type Database, openDatabase } from "../../../../../server/src/store/sqlite/database.ts";
import { loadExecution } from "../../../../../server/src/store/sqlite/execution.ts";
import { migrate } from "../../../../../server/src/store/sqlite/migrate.ts";
import { getRun } from "../../../../../server/src/store/sqlite/tables/runs.ts";
import { recountSlots } from "../../../../../server/src/store/sqlite/tables/slots.ts";
import { claim } from "../../../../conformance/lane-records.ts";
import { endOfRun, makeEnd, makeEvent, makeStart } from "../../../../conformance/store-records.ts";

/** Notes the first words of each statement. */
function openCounted() {
  const inner = openDatabase(":memory:");
  migrate(inner);
  const statements: string[] = [];
  const noting =
    <Rest extends unknown[], Result>(call: (sql: string, ...rest: Rest) => Result) =>
    (sql: string, ...rest: Rest): Result => {
      statements.push(/^\s*(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM|SELECT)\s+\w+/.exec(sql)?.[0] ?? sql);
      return call(sql, ...rest);
    };
  const database: Database = {
    ...inner,
    run: noting(inner.run),
    get: noting(inner.get) as Database["get"],
    all: noting(inner.all) as Database["all"],
    few: (limit, sql, ...values) => {
      statements.push(sql);
      return inner.few(limit, sql, ...values);
    },
  };
  return { database, statements };
}

/** `waits`: it is not leased by the commit that puts it, but finds no place and is leased later. */
function playRun(database: Database, n: number, waits = false): void {
  const writes = createWrites(database);
  const commit = (transition: Transition): Extract<CommitResult, { ok: true }> => {
    const [result] = writes.commit([{ transition, claim: waits ? undefined : claim(1) }], false);
    if (result?.ok !== true) throw new Error(`the commit was refused: ${JSON.stringify(result)}`);
    return result;
  };
  const [runId, eventId] = [`R${n}`, `E${n}`];
  const start = makeStart(runId, { idempotencyKey: `key ${n}`, eventIds: [eventId] });
  const { claimed } = commit({ lease: null, events: [makeEvent(eventId, { id: eventId })], starts: [start] });
  const [item] = waits ? writes.lease(claim(1)) : claimed;
  const lease = { itemId: item?.id ?? "", fence: item?.fence ?? 0 };
  expect(loadExecution(database, runId)?.events).toHaveLength(1);
  for (const id of ["a", "b", "c"])
    commit({ lease, settle: { kind: "keep" }, openRun: runId, ends: [makeEnd(runId, id)] });
  expect(getRun(database, runId)?.stepCount).toBe(3);
  commit({ lease, openRun: runId, run: endOfRun(runId) });
}

test("a run of three steps that are saved one by one takes 13 statements, and reads nothing but its idempotency key", () => {
  const { database, statements } = openCounted();
  recountSlots(database);
  // What is read once by a process.
  playRun(database, 1);
  statements.length = 0;
  playRun(database, 2);
  expect(statements).toEqual([
    ...["SELECT 1", "INSERT INTO events", "INSERT INTO runs", "INSERT OR IGNORE INTO run_events", "INSERT INTO queue"],
    ...["a", "b", "c"].flatMap(() => ["UPDATE runs", "INSERT INTO steps"]),
    ...["UPDATE runs", "DELETE FROM queue"],
  ]);
  database.close();
});

test("a run that was leased later does not read its lease either", () => {
  const { database, statements } = openCounted();
  recountSlots(database);
  playRun(database, 1, true);
  statements.length = 0;
  playRun(database, 2, true);
  const afterLease = statements.slice(statements.lastIndexOf("UPDATE queue") + 1);
  expect(afterLease.filter((statement) => statement.startsWith("SELECT"))).toEqual([]);
  expect(afterLease.slice(-2)).toEqual(["UPDATE runs", "DELETE FROM queue"]);
  database.close();
});
