import { closeSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createServer } from "../../../../server/src/main.ts";
import { openDatabase } from "../../../../server/src/store/sqlite/database.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { makeEvent, write } from "../../../conformance/store-records.ts";
import { tempDirectory } from "../../../helpers/temp-directory.ts";

const pageSize = 4096;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const advice = /Stop the engine.*Put back a copy of stepwell\.db.*-wal.*\.recover.*move stepwell\.db/s;

/** A folder with an event in it, closed. */
async function folderWithRecords(): Promise<{ directory: string; file: string }> {
  const directory = await tempDirectory("damage");
  const store = openSqliteStore({ directory });
  await store.commit(write({ events: [makeEvent("E1")] }));
  await store.close();
  return { directory, file: join(directory, "stepwell.db") };
}

/** Writes over the page at which a table begins. */
function breakTable(file: string, name: string): void {
  const database = openDatabase(file);
  const root = database.get<{ rootpage: number }>("SELECT rootpage FROM sqlite_schema WHERE name = ?", name)?.rootpage;
  database.close();
  if (root === undefined) throw new Error(`no table ${name}`);
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.alloc(pageSize, "x"), 0, pageSize, (root - 1) * pageSize);
  closeSync(handle);
}

function refusal(directory: string): unknown {
  try {
    void openSqliteStore({ directory }).close();
  } catch (error) {
    return error;
  }
  return null;
}

function expectDamaged(directory: string, message: RegExp): void {
  const thrown = refusal(directory);
  expect(thrown).toMatchObject({ name: "EngineError", code: "store_damaged", message: expect.stringMatching(message) });
  expect(thrown).toMatchObject({ message: expect.stringMatching(advice) });
}

describe("a damaged database", () => {
  test("is found when it is opened, with what to do", async () => {
    const { directory, file } = await folderWithRecords();
    breakTable(file, "events");
    expectDamaged(directory, /is damaged/);
    expect(() => createServer({ store: directory, logger: silent })).toThrow(
      expect.objectContaining({ code: "store_damaged" }),
    );
  });

  test("is found when its end is missing", async () => {
    const { directory, file } = await folderWithRecords();
    truncateSync(file, statSync(file).size - 8 * pageSize);
    expectDamaged(directory, /is damaged/);
  });

  test("opened without the check: the first error tells, and both healths say so from then on", async () => {
    const { directory, file } = await folderWithRecords();
    breakTable(file, "events");
    const server = createServer({ store: directory, skipCheck: true, port: 0, poll: false, logger: silent });
    onTestFinished(() => server.stop(0));
    await server.start();
    const ask = async (path: string) => {
      const response = await fetch(server.url + path);
      return { status: response.status, text: await response.text() };
    };
    expect(await ask("/v1/events")).toMatchObject({ status: 503, text: expect.stringContaining("store_damaged") });
    expect(server.store.damage()).toMatchObject({ code: "store_damaged" });
    for (const path of ["/health", "/v2/health"])
      expect(await ask(path)).toEqual({ status: 503, text: expect.stringMatching(advice) });
  });

  test("both healths answer 200 while nothing is known of damage", async () => {
    const server = createServer({ store: null, port: 0, poll: false, logger: silent });
    onTestFinished(() => server.stop(0));
    await server.start();
    for (const path of ["/health", "/v2/health"]) expect((await fetch(server.url + path)).status).toBe(200);
  });
});

describe("an emptied database is not taken for a new one", () => {
  test("its file has no bytes", async () => {
    const { directory, file } = await folderWithRecords();
    truncateSync(file, 0);
    expectDamaged(directory, /stepwell\.db is empty/);
    expect(statSync(file).size).toBe(0);
  });

  test.each(["-wal", "-journal"])("its file is gone, and the %s file is there", async (ending) => {
    const { directory, file } = await folderWithRecords();
    rmSync(file);
    writeFileSync(file + ending, "x");
    expectDamaged(directory, /stepwell\.db is missing/);
    expect(readdirSync(directory)).toEqual([`stepwell.db${ending}`]);
  });
});
