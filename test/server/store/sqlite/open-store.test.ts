import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../../../server/src/store/sqlite/database.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { makeEvent, makeItem, t0, write } from "../../../conformance/store-records.ts";
import { bundledProgram } from "../../../helpers/bundled-program.ts";
import { createSmallDisk, smallDiskProblem } from "../../../helpers/small-disk.ts";
import { tempDirectory } from "../../../helpers/temp-directory.ts";

const problem = smallDiskProblem();
if (problem !== null) console.log(`tests on a small disk left out: no tmpfs can be mounted here (${problem})`);

function smallDisk(mebibytes: number) {
  const disk = createSmallDisk(mebibytes);
  onTestFinished(() => disk.remove());
  return disk;
}

function expectRefusal(directory: string, code: string, message: RegExp): void {
  let thrown: unknown;
  try {
    openSqliteStore({ directory });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ name: "EngineError", code });
  expect(String(thrown)).toContain(directory);
  expect(String(thrown)).toMatch(message);
}

/** Name and content of every file in a folder. */
function fingerprint(directory: string): string[] {
  return readdirSync(directory)
    .sort()
    .map(
      (name) =>
        `${name} ${createHash("sha256")
          .update(readFileSync(join(directory, name)))
          .digest("hex")}`,
    );
}

describe("one engine a folder", () => {
  test("the folder is made when it is missing", async () => {
    const directory = join(await tempDirectory("store"), "a", "b");
    const store = openSqliteStore({ directory });
    await store.close();
    expect(readdirSync(directory)).toEqual(["stepwell.db"]);
  });

  test("a second store of this process is refused at once, and the first works on", async () => {
    const directory = await tempDirectory("store");
    const store = openSqliteStore({ directory });
    onTestFinished(() => store.close());
    expectRefusal(directory, "store_busy", /stop the other one/);
    expect(await store.commit(write({ events: [makeEvent("E1")] }))).toMatchObject({ ok: true });
  });

  test("a store is refused while another process has the folder, and not after that was killed", async () => {
    const directory = await tempDirectory("store");
    const writer = await bundledProgram("test/conformance/sqlite-writer.ts");
    const child = spawn(process.execPath, [writer, directory], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    let isRefused = false;
    for await (const line of createInterface({ input: child.stdout })) {
      if (isRefused) continue;
      expect(line).toBe("E000000");
      expectRefusal(directory, "store_busy", /Another process/);
      isRefused = true;
      child.kill("SIGKILL");
    }
    expect(isRefused).toBe(true);
    const store = openSqliteStore({ directory });
    onTestFinished(() => store.close());
    expect(await store.getEvent("E000000")).not.toBeNull();
    // The killed process held leases of an hour.
    expect(await store.nextDueAt()).toBe(t0);
    const [item] = await store.lease({ now: t0, leaseUntil: t0 + 1, limit: 1 });
    expect(item).toMatchObject({ kind: "start", fence: 2 });
  });
});

describe("a folder that cannot be used", () => {
  test("a file is in its place", async () => {
    const directory = join(await tempDirectory("store"), "file");
    writeFileSync(directory, "");
    expectRefusal(directory, "store_readonly", /permissions|folder/);
  });

  test("it is below a file", async () => {
    const file = join(await tempDirectory("store"), "file");
    writeFileSync(file, "");
    expectRefusal(join(file, "data"), "store_readonly", /permissions|folder/);
  });

  test.skipIf(!existsSync("/proc/self"))("it is below /proc, where Node.js 20 makes folders forever", async () => {
    const writer = await bundledProgram("test/conformance/sqlite-writer.ts");
    // A process of its own, since one that hangs there cannot be asked to stop.
    const { status, stderr } = spawnSync(process.execPath, [writer, "/proc/stepwell/data"], {
      encoding: "utf8",
      timeout: 60_000,
    });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("store_readonly") });
  });

  test.skipIf(problem !== null)("it is mounted read-only, empty or with a database", async () => {
    const disk = smallDisk(8);
    const source = await tempDirectory("store");
    const store = openSqliteStore({ directory: source });
    await store.commit(write({ events: [makeEvent("E1")] }));
    await store.close();
    const directory = join(disk.path, "data");
    cpSync(source, directory, { recursive: true });
    mkdirSync(join(disk.path, "empty"));
    disk.setReadOnly(true);
    expectRefusal(directory, "store_readonly", /permissions or mount/);
    expectRefusal(join(disk.path, "empty"), "store_readonly", /permissions or mount/);
    expectRefusal(join(disk.path, "missing"), "store_readonly", /permissions or mount/);
    disk.setReadOnly(false);
    const again = openSqliteStore({ directory });
    onTestFinished(() => again.close());
    expect(await again.getEvent("E1")).not.toBeNull();
  });

  test("its database is of a newer version: nothing is touched", async () => {
    const directory = await tempDirectory("store");
    await openSqliteStore({ directory }).close();
    const database = openDatabase(join(directory, "stepwell.db"));
    database.exec("PRAGMA user_version = 900");
    database.close();
    const before = fingerprint(directory);
    expectRefusal(directory, "store_newer", /version 900.*Update stepwell-server/s);
    expect(fingerprint(directory)).toEqual(before);
  });

  test("its database is not one", async () => {
    const directory = await tempDirectory("store");
    writeFileSync(join(directory, "stepwell.db"), "Dear diary, ".repeat(1_000));
    const before = fingerprint(directory);
    expectRefusal(directory, "store_damaged", /damaged.*Put back a copy/s);
    expect(fingerprint(directory)).toEqual(before);
  });
});

describe.skipIf(problem !== null)("a full disk", () => {
  const big = (id: string) =>
    write({ events: [makeEvent(id, { data: JSON.stringify({ text: "x".repeat(20_000) }) })] });

  test("refuses writes with store_full, loses nothing acknowledged, and works again with space", async () => {
    const disk = smallDisk(2);
    const store = openSqliteStore({ directory: disk.path });
    const acknowledged: string[] = [];
    const refused: { id: string; error: unknown }[] = [];
    for (let n = 0; refused.length < 20; n += 4) {
      const ids = [n, n + 1, n + 2, n + 3].map((number) => `E${String(number).padStart(5, "0")}`);
      const results = await Promise.allSettled(ids.map((id) => store.commit(big(id))));
      for (const [index, result] of results.entries()) {
        const id = ids[index] ?? "";
        if (result.status === "fulfilled") acknowledged.push(id);
        else refused.push({ id, error: result.reason });
      }
    }
    for (const { error } of refused) expect(error).toMatchObject({ code: "store_full", retryable: true });
    expect(String(refused[0]?.error)).toContain("Free some space");
    expect(acknowledged.length).toBeGreaterThan(20);
    for (const id of acknowledged) expect(await store.getEvent(id)).not.toBeNull();
    for (const { id } of refused) expect(await store.getEvent(id)).toBeNull();

    disk.resize(8);
    expect(await store.commit(big("after"))).toMatchObject({ ok: true });
    await store.close();
    const again = openSqliteStore({ directory: disk.path });
    onTestFinished(() => again.close());
    for (const id of [...acknowledged, "after"]) expect(await again.getEvent(id)).not.toBeNull();
    for (const { id } of refused) expect(await again.getEvent(id)).toBeNull();
  });

  test("refuses to start on a disk with no room", async () => {
    const disk = smallDisk(1);
    writeFileSync(join(disk.path, "ballast"), Buffer.alloc(1024 * 1024));
    expectRefusal(disk.path, "store_full", /Free some space/);
  });
});

test("leases of the process before are free at once; their tokens are not honoured", async () => {
  const directory = await tempDirectory("store");
  const first = openSqliteStore({ directory });
  await first.commit(write({ puts: [makeItem("I1")] }));
  const [item] = await first.lease({ now: t0, leaseUntil: t0 + 3_600_000, limit: 1 });
  await first.close();
  const second = openSqliteStore({ directory });
  onTestFinished(() => second.close());
  const lease = { itemId: "I1", fence: item?.fence ?? 0 };
  expect(await second.commit({ lease })).toEqual({ ok: false, reason: "stale" });
  expect(await second.lease({ now: t0, leaseUntil: t0 + 1, limit: 1 })).toMatchObject([{ id: "I1", fence: 2 }]);
  expect(await second.commit({ lease })).toEqual({ ok: false, reason: "stale" });
});
