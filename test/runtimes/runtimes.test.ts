/** The handler's suite in other runtimes, with the SDK as npm packs it. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { beforeAll, expect, it, type TestContext } from "vitest";
import { eventually } from "../helpers/eventually.ts";
import { withFileLock } from "../helpers/file-lock.ts";
import { freePort } from "../helpers/free-port.ts";
import { cacheFolder, explainSkip, installPackages, installSdk, isUnreachable } from "../helpers/packed-sdk.ts";

interface Report {
  passed: string[];
  failed: string[];
}

const folder = join(cacheFolder, "runtimes");
const run = promisify(execFile);
let unreachable: string | null = null;

beforeAll(async () => {
  await mkdir(cacheFolder, { recursive: true });
  await withFileLock(`${folder}.lock`, async () => {
    await cp(fileURLToPath(new URL("./app", import.meta.url)), folder, { recursive: true });
    try {
      await installPackages(folder);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      unreachable = explainSkip("the tests of other runtimes are", error);
      await mkdir(join(folder, "node_modules"), { recursive: true });
    }
    await installSdk(folder);
  });
});

/** A program that npm brought, for whichever platform. Skips the test when npm could bring nothing. */
function program(context: TestContext, scope: string, ...paths: string[]): string {
  if (unreachable !== null) context.skip(unreachable);
  const [platform = ""] = readdirSync(join(folder, "node_modules", scope));
  const found = paths.map((path) => join(folder, "node_modules", scope, platform, path)).find(existsSync);
  if (found === undefined) throw new Error(`${scope}/${platform} holds none of ${paths.join(", ")}`);
  return found;
}

async function expectAllPassed(report: Report): Promise<void> {
  // From here, not from the cache: what is packed has no source, which the tests' resolution asks for.
  const suite = new URL("./app/handler-suite.mjs", import.meta.url).href;
  const { caseNames } = (await import(suite)) as { caseNames: string[] };
  expect(report.failed).toEqual([]);
  expect(report.passed).toEqual(caseNames);
  expect(caseNames.length).toBeGreaterThan(14);
}

async function printed(command: string, args: string[]): Promise<Report> {
  const { NODE_OPTIONS: _ofTheTests, NODE_ENV: _vitests, ...env } = process.env;
  const { stdout } = await run(command, args, { cwd: folder, env: { ...env, NO_COLOR: "1" } });
  return JSON.parse(stdout) as Report;
}

it("Node.js", async () => {
  await expectAllPassed(await printed(process.execPath, ["print.mjs"]));
});

it("Deno", async (context) => {
  const deno = program(context, "@deno", "deno", "deno.exe");
  const args = ["run", "--allow-env", "--no-lock", "--node-modules-dir=manual", "print.mjs"];
  await expectAllPassed(await printed(deno, args));
});

it("Deno, without the right to read its environment", async (context) => {
  const deno = program(context, "@deno", "deno", "deno.exe");
  const args = ["run", "--no-prompt", "--no-lock", "--node-modules-dir=manual", "print.mjs"];
  await expectAllPassed(await printed(deno, args));
});

it("Bun", async (context) => {
  await expectAllPassed(await printed(program(context, "@oven", "bin/bun", "bin/bun.exe"), ["print.mjs"]));
});

it("workerd, the runtime of Cloudflare Workers", async (context) => {
  const workerd = program(context, "@cloudflare", "bin/workerd", "bin/workerd.exe");
  await build({
    entryPoints: [join(folder, "worker.mjs")],
    outfile: join(folder, "bundle.mjs"),
    bundle: true,
    format: "esm",
    platform: "neutral",
    conditions: ["workerd", "import"],
    logLevel: "silent",
  });
  const port = await freePort();
  const child = spawn(workerd, ["serve", "workerd.capnp", "--socket-addr", `http=127.0.0.1:${port}`], { cwd: folder });
  let output = "";
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  try {
    const response = await eventually("workerd", () => fetch(`http://127.0.0.1:${port}/`).catch(() => null));
    const text = await response.text();
    expect(response.status, text + output).toBe(200);
    await expectAllPassed(JSON.parse(text) as Report);
  } finally {
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  }
});
