/** `stepwell migrate`, `export` and `import` on state folders. Moves to and from Postgres: test/postgres/move-state.test.ts. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../../server/src/store/sqlite/database.ts";
import { openSqliteStore } from "../../../server/src/store/sqlite/open-store.ts";
import { mustCommit } from "../../conformance/store-harness.ts";
import { makeEvent, write } from "../../conformance/store-records.ts";
import { tempDirectory } from "../../helpers/temp-directory.ts";
import { runCommand } from "./fake-terminal.ts";

/** A folder with events in it. */
async function filled(count = 3): Promise<string> {
  const directory = await tempDirectory("state");
  const store = openSqliteStore({ directory });
  for (let n = 0; n < count; n += 1) await mustCommit(store, write({ events: [makeEvent(`e${n}`)] }));
  await store.close();
  return directory;
}

function setVersion(directory: string, version: number): void {
  const database = openDatabase(join(directory, "stepwell.db"));
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
}

function versionOf(directory: string): number {
  const database = openDatabase(join(directory, "stepwell.db"));
  const version = database.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? -1;
  database.close();
  return version;
}

async function countEvents(directory: string): Promise<number> {
  const store = openSqliteStore({ directory });
  const { events } = await store.storage();
  await store.close();
  return events;
}

describe("stepwell migrate", () => {
  it("says what it would do, and does it", async () => {
    const directory = join(await tempDirectory("migrate"), "state");
    const before = await runCommand(["migrate", "--status", "--data", directory]);
    expect(before.out).toMatch(/no store yet\. This release makes version \d+/);
    expect((await runCommand(["migrate", "--status", "--data", directory])).out).toBe(before.out);
    const done = await runCommand(["migrate", "--data", directory, "--json"]);
    const { version, known, pending, ran } = JSON.parse(done.out) as Record<string, unknown>;
    expect({ version, pending }).toEqual({ version: known, pending: [] });
    expect(ran).toContain("0001_init");
    expect((await runCommand(["migrate", "--data", directory])).out).toMatch(/up to date/);
  });

  it("refuses a store of a newer release, and leaves it as it is", async () => {
    const directory = await filled();
    setVersion(directory, 900);
    for (const more of [[], ["--status"]]) {
      const { error } = await runCommand(["migrate", "--data", directory, ...more]);
      expect(error).toMatchObject({
        code: "store_newer",
        message: expect.stringMatching(/900.*Update stepwell-server/s),
      });
    }
    expect(versionOf(directory)).toBe(900);
  });

  it("refuses a store that an engine uses", async () => {
    const directory = await filled();
    const store = openSqliteStore({ directory });
    for (const args of [["migrate"], ["migrate", "--status"], ["export", "-"]])
      expect((await runCommand([...args, "--data", directory])).error).toMatchObject({ code: "store_busy" });
    await store.close();
  });

  it("says what to do when the settings keep no state", async () => {
    const { error } = await runCommand(["migrate"], { env: { STEPWELL_MEMORY: "true" } });
    expect(error?.message).toMatch(/in memory.*--data or --postgres-uri/);
  });
});

describe("stepwell export and import", () => {
  it.each(["state.jsonl", "state.jsonl.gz"])("move a state through %s", async (name) => {
    const [from, folder] = [await filled(), await tempDirectory("archive")];
    const [file, to] = [join(folder, name), join(folder, "new")];
    expect(await runCommand(["export", file, "--data", from])).toMatchObject({ error: null, out: "Exported 3 rows." });
    const again = await runCommand(["export", file, "--data", from]);
    expect(again.error?.message).toMatch(/is there already.*--force/);
    expect((await runCommand(["export", file, "--force", "--data", from])).error).toBeNull();
    const imported = await runCommand(["import", file, "--data", to]);
    expect(imported).toMatchObject({ error: null, out: expect.stringMatching(/^Imported 3 rows from .*state\.jsonl/) });
    expect(await countEvents(to)).toBe(3);
  });

  it("go through standard output and input, and keep what they say apart from it", async () => {
    const [from, to] = [await filled(), join(await tempDirectory("new"), "state")];
    const stream = new PassThrough();
    const content = text(stream);
    const exported = await runCommand(["export", "-", "--data", from], { outputStream: () => stream });
    stream.end();
    expect(exported).toMatchObject({ out: "", err: "Exported 3 rows." });
    const bytes = Buffer.from(await content);
    const imported = await runCommand(["import", "-", "--data", to, "--json"], {
      inputBytes: () => Readable.from([bytes]),
    });
    expect(JSON.parse(imported.out)).toMatchObject({ rows: 3, store: "sqlite" });
    expect(await countEvents(to)).toBe(3);
  });

  it("refuse a store that is not empty, and one that another release has", async () => {
    const [from, folder] = [await filled(), await tempDirectory("archive")];
    const file = join(folder, "state.jsonl");
    await runCommand(["export", file, "--data", from]);
    const full = await runCommand(["import", file, "--data", from]);
    expect(full.error).toMatchObject({
      code: "store_not_empty",
      message: expect.stringMatching(/table events has rows/),
    });
    setVersion(from, 12);
    const old = await runCommand(["export", join(folder, "old"), "--data", from]);
    expect(old.error).toMatchObject({ code: "store_behind", message: expect.stringMatching(/stepwell migrate/) });
    expect((await runCommand(["export", "-", "--data", join(folder, "nowhere")])).error).toMatchObject({
      code: "store_behind",
      message: expect.stringMatching(/There is no store at/),
    });
  });

  it.each([
    ["cut off", (lines: string[]) => lines.slice(0, -1), /cut off/],
    [
      "with a table of a newer release",
      (lines: string[]) => lines.map((line) => line.replace('"table":"events"', '"table":"new"')),
      /"new".*update/,
    ],
    [
      "with a column of a newer release",
      (lines: string[]) => lines.map((line) => line.replace('"user_data"', '"colour"')),
      /column "colour".*update/,
    ],
    [
      "without a column",
      (lines: string[]) => lines.map((line) => line.replace('"received_at"', '"v2"')),
      /column "v2"/,
    ],
    ["with a row twice", (lines: string[]) => lines.toSpliced(2, 1, lines[3] ?? ""), /same key/],
  ])("import nothing of an archive %s", async (_, damage, reason) => {
    const [from, folder] = [await filled(), await tempDirectory("archive")];
    const [file, to] = [join(folder, "state.jsonl"), join(folder, "new")];
    await runCommand(["export", file, "--data", from]);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    writeFileSync(file, damage(lines).join("\n"));
    const { error } = await runCommand(["import", file, "--data", to]);
    expect(error).toMatchObject({ code: "archive_invalid", message: expect.stringMatching(reason) });
    expect(await countEvents(to)).toBe(0);
    // What was left is empty, and takes a whole one.
    writeFileSync(file, lines.join("\n"));
    expect((await runCommand(["import", file, "--data", to])).error).toBeNull();
  });

  it("import nothing from a file that is not there, and export nothing to a folder that is not", async () => {
    const directory = await filled();
    const missing = await runCommand(["import", join(directory, "no-file"), "--data", join(directory, "new")]);
    expect(missing.error).toMatchObject({
      code: "archive_invalid",
      message: expect.stringMatching(/no-file cannot be read/),
    });
    const nowhere = await runCommand(["export", join(directory, "no", "file"), "--data", directory]);
    expect(nowhere.error?.message).toMatch(/cannot be written/);
  });
});
