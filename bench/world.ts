/** The processes of a benchmark: the built engine and an app, on free ports, with a data folder of their own. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endProcess } from "../test/helpers/end-process.ts";
import { freePort } from "../test/helpers/free-port.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const startTimeoutMs = 20_000;

export interface BenchSdk {
  name: string;
  /** Files or packages to import, as seen from this folder. Null: engine and app in one process, with our SDK. */
  imports: { main: string; node: string } | null;
  checkpointing: boolean;
}

export interface Moment {
  fn: string;
  moment: "listening" | "sent" | "stored" | "step" | "end";
  /** Milliseconds since 1970, with fractions. */
  at: number;
}

export interface BenchWorld {
  /** Where the app answers a POST by itself; null when it has no address. */
  yardstickUrl: string | null;
  /** Resolves once the events are stored, with the moment at which they were sent. */
  send(events: object | object[]): Promise<number>;
  /** How many `send`s may be under way at once. */
  parallelSends: number;
  /** Collects moments until `count` runs have ended. @throws when that takes longer than `timeoutMs`. */
  collect(count: number, timeoutMs: number): Promise<Moment[]>;
  close(): Promise<void>;
}

async function waitFor(what: string, process: ChildProcess, url: string): Promise<void> {
  const end = Date.now() + startTimeoutMs;
  while (!(await fetch(url).catch(() => null))?.ok) {
    if (process.exitCode !== null) throw new Error(`${what} ended with code ${process.exitCode}`);
    if (Date.now() > end) throw new Error(`${what} did not come up within ${startTimeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
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

/** The next time that a process tells of a moment. */
function nextMoment(child: ChildProcess, moment: Moment["moment"]): Promise<number> {
  return new Promise((resolve) => {
    const take = (message: unknown): void => {
      if ((message as Moment).moment !== moment) return;
      child.off("message", take);
      resolve((message as Moment).at);
    };
    child.on("message", take);
  });
}

async function createEmbeddedWorld(): Promise<BenchWorld> {
  const store = mkdtempSync(join(tmpdir(), "stepwell-bench-"));
  const child = fork(fileURLToPath(new URL("./embedded.mjs", import.meta.url)), {
    execArgv: process.env.BENCH_ENGINE_NODE_FLAGS?.split(" ") ?? [],
    env: { ...process.env, STORE: store },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await nextMoment(child, "listening");
  return {
    yardstickUrl: null,
    parallelSends: 1,
    async send(events) {
      const moments = Promise.all([nextMoment(child, "sent"), nextMoment(child, "stored")]);
      child.send(events);
      return (await moments)[0];
    },
    collect: collectFrom(child),
    async close() {
      await endProcess(child);
      rmSync(store, { recursive: true, force: true });
    },
  };
}

/** Starts engine and app, and registers the app. */
export async function createBenchWorld(sdk: BenchSdk): Promise<BenchWorld> {
  if (sdk.imports === null) return createEmbeddedWorld();
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
      SDK_MAIN: sdk.imports.main,
      SDK_NODE: sdk.imports.node,
      CHECKPOINTING: sdk.checkpointing ? "on" : "off",
    },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const close = async (): Promise<void> => {
    await Promise.all([endProcess(engine), endProcess(app)]);
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
    parallelSends: 4,
    yardstickUrl: `${appOrigin}/yardstick`,
    async send(events) {
      const at = preciseNow();
      const response = await fetch(`${engineUrl}/e/bench`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(events),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`events were refused: ${response.status} ${text}`);
      return at;
    },
    collect: collectFrom(app),
    close,
  };
}
