/** What keeps an engine from starting: each ends the command with code 1 and says what to do. */
import { readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDriver } from "../../server/src/store/sqlite/driver.ts";
import { spawnStepwell, startEngineProcess } from "../helpers/engine-process.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { createSmallDisk, smallDiskProblem } from "../helpers/small-disk.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";

const keys = ["--event-key", "test", "--signing-key", "signkey-test-7468697320697320612074657374206b6579"];
const local = ["--host", "127.0.0.1"];

async function expectExit(args: string[], expected: RegExp, code = 1): Promise<void> {
  const { output, exited, child } = spawnStepwell(args);
  onTestFinished(() => void child.kill("SIGKILL"));
  expect({ code: await exited, output: output() }).toEqual({ code, output: expect.stringMatching(expected) });
  expect(output()).not.toMatch(/\n\s+at /);
  expect(output()).not.toContain("7468697320697320612074657374206b6579");
}

async function takePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("start on a taken port: code 1, the port and what to do", async () => {
  const port = await takePort();
  const data = await tempDirectory("port");
  await expectExit(
    ["start", ...keys, ...local, "--port", String(port), "--data", data],
    new RegExp(`${port}[\\s\\S]*--port`),
  );
});

test("dev on a taken port: the next free one, and says which", async () => {
  const port = await takePort();
  const data = await tempDirectory("port");
  const { output, child } = spawnStepwell(["dev", "--no-discovery", ...local, "--port", String(port), "--data", data]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const url = await eventually(
    "the address",
    () => /http:\/\/(127\.0\.0\.1|localhost):(\d+)/.exec(output())?.[2] ?? null,
  );
  expect(Number(url)).toBeGreaterThan(port);
  expect((await fetch(`http://127.0.0.1:${url}/health`)).status).toBe(200);
});

test.each([
  ["no signing key", ["--event-key", "test"], /--signing-key/],
  ["no event key", ["--signing-key", "signkey-test-7468697320697320612074657374206b6579"], /--event-key/],
  ["a signing key that is not hex", ["--event-key", "test", "--signing-key", "signkey-test-xyz"], /hex/],
])("start with %s: code 1", async (_what, flags, expected) => {
  const data = await tempDirectory("keys");
  await expectExit(["start", ...flags, ...local, "--port", String(await freePort()), "--data", data], expected);
});

test("a data folder that another engine uses: code 1 and the folder", async () => {
  const data = await tempDirectory("busy");
  const engine = await startEngineProcess("dev", await freePort(), ["--no-discovery", "--data", data]);
  onTestFinished(() => engine.kill());
  await expectExit(
    ["dev", "--no-discovery", ...local, "--port", String(await freePort()), "--data", data],
    new RegExp(`${data}`),
  );
});

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
