/** The processes of a benchmark: the built engine and an app, on free ports, with a data folder of their own. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const startTimeoutMs = 20_000;

export interface BenchSdk {
  name: string;
  /** Files or packages to import, as seen from this folder. */
  main: string;
  node: string;
}

export interface Moment {
  fn: string;
  moment: "listening" | "step" | "end";
  /** Milliseconds since 1970, with fractions. */
  at: number;
}

export interface BenchWorld {
  engineUrl: string;
  appOrigin: string;
  send(events: object | object[]): Promise<void>;
  /** Collects moments until `count` runs have ended. @throws when that takes longer than `timeoutMs`. */
  collect(count: number, timeoutMs: number): Promise<Moment[]>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function waitFor(what: string, process: ChildProcess, url: string): Promise<void> {
  const end = Date.now() + startTimeoutMs;
  while (!(await fetch(url).catch(() => null))?.ok) {
    if (process.exitCode !== null) throw new Error(`${what} ended with code ${process.exitCode}`);
    if (Date.now() > end) throw new Error(`${what} did not come up within ${startTimeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** Milliseconds since 1970 with fractions: comparable between processes of one machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

function startEngine(port: number, data: string): ChildProcess {
  const flags = ["--host", "127.0.0.1", "--port", String(port), "--no-discovery", "--no-poll", "--data", data];
  const nodeFlags = process.env.BENCH_ENGINE_NODE_FLAGS?.split(" ") ?? [];
  return spawn(process.execPath, [...nodeFlags, join(root, "server/bin/stepwell.js"), "dev", ...flags], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function collectFrom(app: ChildProcess): BenchWorld["collect"] {
  return (count, timeoutMs) =>
    new Promise((resolve, reject) => {
      const moments: Moment[] = [];
      let left = count;
      const timer = setTimeout(() => {
        app.off("message", take);
        reject(new Error(`${left} of ${count} runs had not ended after ${timeoutMs} ms`));
      }, timeoutMs);
      const take = (message: unknown): void => {
        const moment = message as Moment;
        moments.push(moment);
        if (moment.moment !== "end" || --left > 0) return;
        clearTimeout(timer);
        app.off("message", take);
        resolve(moments);
      };
      app.on("message", take);
    });
}

async function register(appOrigin: string): Promise<void> {
  const response = await fetch(`${appOrigin}/api/inngest`, { method: "PUT" });
  if (!response.ok) throw new Error(`the app did not register: ${response.status} ${await response.text()}`);
}

/** Starts both, and registers the app. */
export async function createBenchWorld(sdk: BenchSdk): Promise<BenchWorld> {
  const data = mkdtempSync(join(tmpdir(), "stepwell-bench-"));
  const [enginePort, appPort] = [await freePort(), await freePort()];
  const [engineUrl, appOrigin] = [`http://127.0.0.1:${enginePort}`, `http://127.0.0.1:${appPort}`];
  const engine = startEngine(enginePort, data);
  const app = fork(fileURLToPath(new URL("./app.mjs", import.meta.url)), {
    // Not the flags of this process: the app shall run the built SDK.
    execArgv: [],
    env: {
      ...process.env,
      ENGINE_URL: engineUrl,
      ORIGIN: appOrigin,
      PORT: String(appPort),
      SDK_MAIN: sdk.main,
      SDK_NODE: sdk.node,
    },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const close = async (): Promise<void> => {
    await Promise.all([end(engine), end(app)]);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await waitFor("the engine", engine, `${engineUrl}/health`);
    await waitFor("the app", app, `${appOrigin}/yardstick`);
    await register(appOrigin);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    engineUrl,
    appOrigin,
    async send(events) {
      const response = await fetch(`${engineUrl}/e/bench`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(events),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`events were refused: ${response.status} ${text}`);
    },
    collect: collectFrom(app),
    close,
  };
}
