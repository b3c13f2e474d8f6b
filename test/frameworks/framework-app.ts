/** An app of a framework, installed in a cache, started as its users start it, and carried through a run by our engine. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, type TestContext } from "vitest";
import { eventually } from "../helpers/eventually.ts";
import { withFileLock } from "../helpers/file-lock.ts";
import { freePort } from "../helpers/free-port.ts";
import type { LocalEngine } from "../helpers/local-engine.ts";
import { cacheFolder, explainSkip, installPackages, installSdk, isUnreachable } from "../helpers/packed-sdk.ts";

const apps = fileURLToPath(new URL("./apps/", import.meta.url));

/**
 * Copies `apps/<name>` into the cache and installs it there, with the packed SDK. Resolves with the folder.
 * Skips the test when there is no registry to install from.
 */
export async function installApp(context: TestContext, name: string): Promise<string> {
  const folder = join(cacheFolder, name);
  await mkdir(cacheFolder, { recursive: true });
  return withFileLock(`${folder}.lock`, async () => {
    await cp(join(apps, name), folder, { recursive: true });
    const functions = existsSync(join(folder, "tsconfig.json")) ? "functions.ts" : "functions.mjs";
    await cp(join(apps, functions), join(folder, functions));
    await installPackages(folder).catch((error: unknown) => {
      if (!isUnreachable(error)) throw error;
      context.skip(explainSkip(`the test of ${name} is`, error));
    });
    await installSdk(folder);
    return folder;
  });
}

/** Variables of an app in development, for the given engine. */
function environment(engine: LocalEngine, port: number): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _ofTheTests, NODE_ENV: _vitests, VITEST: _alsoVitests, ...rest } = process.env;
  return { ...rest, PORT: String(port), INNGEST_DEV: engine.server.url, NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1" };
}

export interface FrameworkApp {
  origin: string;
  output(): string;
}

/** Runs a command to its end. @throws when it fails, with all that it printed. */
export async function runToEnd(
  folder: string,
  command: string,
  args: string[],
  engine: LocalEngine,
  variables: NodeJS.ProcessEnv = {},
): Promise<void> {
  const { child, output } = start(folder, command, args, { ...environment(engine, 0), ...variables });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${output()}`);
}

/** Starts an app and waits until something listens; it ends with the test. `args` and `variables` are given the port. */
export async function startApp(
  folder: string,
  command: string,
  args: (port: number) => string[],
  engine: LocalEngine,
  variables: (port: number) => NodeJS.ProcessEnv = () => ({}),
): Promise<FrameworkApp> {
  const port = await freePort();
  const { child, output } = start(folder, command, args(port), { ...environment(engine, port), ...variables(port) });
  onTestFinished(() => stop(child));
  const origin = `http://127.0.0.1:${port}`;
  await eventually(
    `an app in ${folder}`,
    async () => {
      if (child.exitCode !== null) return "gone";
      const response = await fetch(origin).catch(() => null);
      await response?.body?.cancel();
      return response;
    },
    100,
  ).catch((cause: unknown) => {
    throw new Error(`${command} did not start to listen: ${output()}`, { cause });
  });
  if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}: ${output()}`);
  return { origin, output };
}

function start(folder: string, command: string, args: string[], env: NodeJS.ProcessEnv) {
  // A group of its own, since some start others, which must end too.
  const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      printed += text;
    });
  }
  return { child, output: () => printed };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  process.kill(-child.pid, "SIGKILL");
  await closed;
}

/** Syncs the app at a path with the engine, sends an event and waits for its run. */
export async function expectCompletedRun(
  engine: LocalEngine,
  app: FrameworkApp,
  { path = "/api/inngest", appId = "app", framework }: { path?: string; appId?: string; framework: string },
): Promise<void> {
  const url = app.origin + path;
  const said = async (response: Response): Promise<string> => `${response.status} ${await response.text()}`;
  const introspected = await fetch(url);
  expect(introspected.headers.get("x-inngest-framework"), app.output()).toBe(framework);
  expect(JSON.parse(await introspected.text())).toMatchObject({ mode: "dev", function_count: 1 });
  // Astro takes a PUT without this header for a form of another site.
  const headers = { "content-type": "application/json" };
  expect(await said(await fetch(url, { method: "PUT", headers }))).toBe(
    '200 {"message":"Successfully registered","modified":true}',
  );
  const [id = ""] = await engine.api.send({ name: `${appId}/greet`, data: { who: "wörld" } });
  const [run] = await engine.api.endedRuns(id);
  expect([run?.status, run?.output], app.output()).toEqual(["Completed", "HELLO WÖRLD"]);
  const refused = await fetch(url, { method: "DELETE", headers });
  expect([404, 405]).toContain(refused.status);
}
