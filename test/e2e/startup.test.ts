/**
 * Data folders that keep an engine from starting: each ends the command with code 1 and says what to do.
 * Keys, ports and folders in use are tried in test/server/cli/process.test.ts.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDriver } from "../../server/src/store/sqlite/file/driver.ts";
import { spawnStepwell, startEngineProcess } from "../helpers/engine-process.ts";
import { freePort } from "../helpers/free-port.ts";
import { createSmallDisk, smallDiskProblem } from "../helpers/small-disk.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";

const local = ["--host", "127.0.0.1"];

async function expectExit(args: string[], expected: RegExp, code = 1): Promise<void> {
  const { output, exited, child } = spawnStepwell(args);
  onTestFinished(() => void child.kill("SIGKILL"));
  expect({ code: await exited, output: output() }).toEqual({ code, output: expect.stringMatching(expected) });
  expect(output()).not.toMatch(/\n\s+at /);
}

test("a data folder that is a file: code 1 and the path", async () => {
  const path = join(await tempDirectory("file"), "data");
  writeFileSync(path, "not a folder");
  await expectExit(
    ["dev", "--no-discovery", ...local, "--port", String(await freePort()), "--data", path],
    new RegExp(path),
  );
});

const problem = smallDiskProblem();
if (problem !== null) console.log(`read-only folder test left out: no tmpfs can be mounted here (${problem})`);

test.runIf(problem === null)("a data folder on a read-only disk: code 1 and what to do", async () => {
  const disk = createSmallDisk(8);
  onTestFinished(() => disk.remove());
  disk.setReadOnly(true);
  await expectExit(
    ["dev", "--no-discovery", ...local, "--port", String(await freePort()), "--data", disk.path],
    /read-only|written|write/i,
  );
});

test("a data folder from a newer version: code 1, what to do, and nothing is touched", async () => {
  const data = await tempDirectory("newer");
  const engine = await startEngineProcess("dev", await freePort(), ["--no-discovery", "--data", data]);
  await engine.stop();
  const file = join(data, "stepwell.db");
  const database = openDriver(file);
  database.exec("PRAGMA journal_mode = DELETE; PRAGMA user_version = 9999");
  database.close();
  const before = readFileSync(file);
  await expectExit(
    ["dev", "--no-discovery", ...local, "--port", String(await freePort()), "--data", data],
    /newer[\s\S]*(update|--data)/i,
  );
  expect(readFileSync(file).equals(before)).toBe(true);
});
