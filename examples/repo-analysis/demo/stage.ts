/**
 * Engine and app as child processes on free ports, with a data folder of their own. Called by `demo.ts`.
 */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Child } from "./child.ts";
import { startChild } from "./child.ts";
import { findFreePort } from "./free-port.ts";
import { request } from "./http.ts";

export interface Stage {
  engineUrl: string;
  appUrl: string;
  dataDir: string;
  engine(): Child;
  /** Kills the engine with SIGKILL. */
  killEngine(): Promise<void>;
  /** Starts the engine again, same port and same data, and waits until it answers. */
  restartEngine(): Promise<void>;
  /** @throws Error when a process that should run has ended. */
  assertRunning(): void;
  /** The last lines of both logs, for a failure. */
  logs(): string;
  /** Stops both and removes the data folder. */
  close(): Promise<void>;
}

export interface StageOptions {
  /** Where the app starts a relative folder. */
  cwd: string;
  /** Given to the app as DEMO_SLOW_MS. */
  slowMs: number;
  /** Milliseconds since 1970, after which waiting ends with an error. */
  deadline: number;
}

const APP_FILE = fileURLToPath(new URL("../src/server.ts", import.meta.url));
const ENGINE_FILE = fileURLToPath(new URL("../../../server/src/cli/main.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");
const FROM_SOURCE = ["--conditions=stepwell-source", "--no-warnings", "--import", TSX];
const FUNCTION_ID = "repo-analysis-analyze-repo";
const POLL_MS = 50;
const GRACE_MS = 3000;
const LOG_LINES = 15;

/** @throws Error when a process ends or nothing answers before the deadline. */
export async function createStage({ cwd, slowMs, deadline }: StageOptions): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "stepwell-demo-"));
  const removeData = (): void => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  // Also after Ctrl-C.
  process.once("exit", removeData);
  const [enginePort, appPort] = [await findFreePort(), await findFreePort()];
  const engineUrl = `http://127.0.0.1:${enginePort}`;
  const appUrl = `http://127.0.0.1:${appPort}`;
  const env = environment();
  const startEngine = (): Child =>
    startChild(
      [
        ...FROM_SOURCE,
        ENGINE_FILE,
        "dev",
        "--no-discovery",
        "--host",
        "127.0.0.1",
        "--port",
        String(enginePort),
      ].concat(["--data", join(dataDir, "engine"), "-u", `${appUrl}/api/inngest`]),
      env,
      dataDir,
      join(dataDir, "engine.log"),
    );
  const app = startChild(
    [...FROM_SOURCE, APP_FILE],
    {
      ...env,
      HOST: "127.0.0.1",
      PORT: String(appPort),
      DATA_DIR: join(dataDir, "app"),
      INNGEST_DEV: engineUrl,
      DEMO_SLOW_MS: String(slowMs),
    },
    cwd,
    join(dataDir, "app.log"),
  );
  let engine = startEngine();
  const stage: Stage = {
    engineUrl,
    appUrl,
    dataDir,
    engine: () => engine,
    killEngine: () => engine.kill(),
    restartEngine: async () => {
      engine = startEngine();
      await waitForHealth(engineUrl, stage, deadline);
    },
    assertRunning: () => {
      for (const [name, child] of [
        ["engine", engine],
        ["app", app],
      ] as const) {
        const how = child.ended();
        if (how !== null) throw new Error(`The ${name} ended by itself (${how}).`);
      }
    },
    logs: () => `-- engine's log --\n${engine.lastLines(LOG_LINES)}\n-- app's log --\n${app.lastLines(LOG_LINES)}`,
    close: async () => {
      await Promise.all([engine.stop(GRACE_MS), app.stop(GRACE_MS)]);
      removeData();
    },
  };
  await openStage(stage, deadline);
  return stage;
}

/** Waits until everything answers; if it never does, stops what was started. */
async function openStage(stage: Stage, deadline: number): Promise<void> {
  try {
    const urls = [stage.engineUrl, stage.appUrl];
    await Promise.all(urls.map((url) => waitForHealth(url, stage, deadline)));
    await waitForFunction(stage, deadline);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const failure = new Error(`${reason}\n${stage.logs()}`, { cause });
    await stage.close();
    throw failure;
  }
}

/** Without the settings that would send the demo to another engine, or sign for one. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(INNGEST|STEPWELL)_/.test(name) && name !== "NODE_OPTIONS",
  );
  return Object.fromEntries(kept);
}

async function waitForHealth(url: string, stage: Stage, deadline: number): Promise<void> {
  await waitUntil(
    async () => (await request("GET", `${url}/health`))?.status === 200,
    `an answer from ${url}/health`,
    stage,
    deadline,
  );
}

/** The engine looks at the app by itself (`-u`); if it looked before the app was up, the app says so with a PUT. */
async function waitForFunction({ engineUrl, appUrl, ...stage }: Stage, deadline: number): Promise<void> {
  const isListed = async (): Promise<boolean> => {
    const body = (await request("GET", `${engineUrl}/dev`))?.body;
    return JSON.stringify(body ?? null).includes(FUNCTION_ID);
  };
  if (await isListed()) return;
  await request("PUT", `${appUrl}/api/inngest`);
  await waitUntil(isListed, `the engine to list ${FUNCTION_ID}`, stage, deadline);
}

async function waitUntil(
  isTrue: () => Promise<boolean>,
  what: string,
  stage: Pick<Stage, "assertRunning">,
  deadline: number,
): Promise<void> {
  while (!(await isTrue())) {
    stage.assertRunning();
    if (Date.now() > deadline) throw new Error(`Timed out while waiting for ${what}.`);
    await wait(POLL_MS);
  }
}
