import { expect, test } from "vitest";
import { EngineError } from "../../../../../server/src/domain/error.ts";
import { createGroupCommit } from "../../../../../server/src/store/sqlite/commit/group-commit.ts";
import type { Database } from "../../../../../server/src/store/sqlite/database.ts";

/** Counts transactions; `failCommits` of them fail as they end. */
function createFakeDatabase(failCommits = 0) {
  const log: string[] = [];
  let failures = failCommits;
  const transaction = <T>(work: () => T): T => {
    log.push("begin");
    const result = work();
    if (failures > 0) {
      failures -= 1;
      log.push("failed");
      throw new Error("disk");
    }
    log.push("commit");
    return result;
  };
  return { log, database: { transaction } as Database };
}

const noCommits = () => {
  throw new Error("there is no commit");
};

const toError = (cause: unknown) => new EngineError("store_failed", String(cause), { cause });

test("writes of one turn share a transaction, those of the next have their own", async () => {
  const { log, database } = createFakeDatabase();
  const group = createGroupCommit(database, noCommits, toError);
  const order: string[] = [];
  const write = (name: string) => group.write(() => order.push(name)).then(() => log.push(`${name} resolved`));
  await Promise.all([write("a"), Promise.resolve().then(() => write("b")), write("c")]);
  await write("d");
  expect(order).toEqual(["a", "c", "b", "d"]);
  expect(log).toEqual(["begin", "commit", "a resolved", "c resolved", "b resolved", "begin", "commit", "d resolved"]);
});

test("when the shared commit fails, each write is tried alone", async () => {
  const { log, database } = createFakeDatabase(2);
  const group = createGroupCommit(database, noCommits, toError);
  const results = await Promise.allSettled([group.write(() => 1), group.write(() => 2)]);
  expect(results).toMatchObject([
    { status: "rejected", reason: { code: "store_failed" } },
    { status: "fulfilled", value: 2 },
  ]);
  expect(log).toEqual(["begin", "failed", "begin", "failed", "begin", "commit"]);
});

test("a flood is written in several transactions, in order", async () => {
  const { log, database } = createFakeDatabase();
  const group = createGroupCommit(database, noCommits, toError);
  const seen: number[] = [];
  await Promise.all(Array.from({ length: 1_201 }, (_, index) => group.write(() => seen.push(index))));
  expect(seen).toEqual(Array.from({ length: 1_201 }, (_, index) => index));
  expect(log.filter((entry) => entry === "commit")).toHaveLength(3);
});

test("closing writes what is queued and refuses what comes later", async () => {
  const { log, database } = createFakeDatabase();
  const group = createGroupCommit(database, noCommits, toError);
  const last = Array.from({ length: 501 }, (_, index) => group.write(() => index));
  group.close();
  expect(log.filter((entry) => entry === "commit")).toHaveLength(2);
  expect((await Promise.all(last)).at(-1)).toBe(500);
  await expect(group.write(() => 1)).rejects.toMatchObject({ code: "shutting_down", retryable: true });
});
