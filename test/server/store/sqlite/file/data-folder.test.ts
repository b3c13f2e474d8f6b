import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { prepareDataFolder } from "../../../../../server/src/store/sqlite/file/data-folder.ts";
import { openSqliteStore } from "../../../../../server/src/store/sqlite/open-store.ts";
import { makeEvent, write } from "../../../../conformance/store-records.ts";
import { tempDirectory } from "../../../../helpers/temp-directory.ts";

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const modesIn = (directory: string): string[] =>
  readdirSync(directory)
    .sort()
    .map((name) => `${name} ${modeOf(join(directory, name))}`);

test("the folder and its files are for this user alone", async () => {
  const parent = await tempDirectory("folder");
  const directory = join(parent, "a", "b");
  const store = openSqliteStore({ directory });
  onTestFinished(() => store.close());
  await store.commit(write({ events: [makeEvent("E1")] }));
  expect(modeOf(directory)).toBe("700");
  expect(modesIn(directory)).toEqual(["stepwell.db 600", "stepwell.db-wal 600"]);
});

test("files of an earlier version are made private when they are opened; a folder that was there is left as it is", async () => {
  const directory = join(await tempDirectory("folder"), "data");
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  await openSqliteStore({ directory }).close();
  for (const ending of ["", "-wal", "-shm", "-journal"]) {
    const path = join(directory, `stepwell.db${ending}`);
    if (ending !== "") writeFileSync(path, "");
    chmodSync(path, 0o644);
  }
  prepareDataFolder(directory);
  expect(modesIn(directory)).toEqual([
    "stepwell.db 600",
    "stepwell.db-journal 600",
    "stepwell.db-shm 600",
    "stepwell.db-wal 600",
  ]);
  expect(modeOf(directory)).toBe("755");
});

test("what is made is a database already, so that whoever is killed right then leaves no empty file", async () => {
  const directory = await tempDirectory("folder");
  const file = prepareDataFolder(directory);
  expect(statSync(file).size).toBeGreaterThan(0);
  const store = openSqliteStore({ directory });
  onTestFinished(() => store.close());
  expect(await store.getEvent("E1")).toBeNull();
});

test("what an engine left that was killed while it made a database is no hindrance, and goes", async () => {
  const directory = await tempDirectory("folder");
  writeFileSync(join(directory, "stepwell.db.new-1"), "");
  writeFileSync(join(directory, `stepwell.db.new-${process.pid}`), "half of a");
  await openSqliteStore({ directory }).close();
  expect(readdirSync(directory)).toEqual(["stepwell.db"]);
});
