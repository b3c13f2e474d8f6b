/**
 * Engines on one Postgres that call an app over HTTP: how many two-step runs they carry. The app is a process of its own, so that it
 * is the same for one engine and for two. Called by the benchmark on Postgres.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { bundledProgram } from "../../test/helpers/bundled-program.ts";
import { eventually } from "../../test/helpers/eventually.ts";
import { freePort } from "../../test/helpers/free-port.ts";
import { type BenchDatabase, cpuOf, type Measured, newDatabase, toMeasured } from "./measure.ts";
import { familyCpuMs } from "./processor-time.ts";

const perRequest = 50;
const warmUp = 200;

async function send(url: string, from: number, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, i) => ({ name: "bench/two", data: { n: from + i } }));
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/e/bench`, { method: "POST", headers, body: JSON.stringify(events) });
  if (!response.ok) throw new Error(`events were refused: ${response.status} ${await response.text()}`);
}

/** Resolves when the app has returned so often. */
function ends(app: ChildProcess, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const take = (message: unknown): void => {
      if (message !== "end" || --left > 0) return;
      app.off("message", take);
      resolve();
    };
    app.on("message", take);
  });
}

async function sendAll(urls: readonly string[], app: ChildProcess, count: number): Promise<void> {
  const ended = ends(app, count);
  const shares = urls.map(async (url, place) => {
    for (let from = place * perRequest; from < count; from += perRequest * urls.length)
      await send(url, from, Math.min(perRequest, count - from));
  });
  await Promise.all([...shares, ended]);
}

export async function measureNodes(database: BenchDatabase, nodes: number, count: number): Promise<Measured> {
  const uri = await newDatabase(database);
  const [engineProgram, appProgram] = await Promise.all([
    bundledProgram("test/chaos/engine-program.ts"),
    bundledProgram("bench/postgres/programs/app-program.ts"),
  ]);
  const appPort = await freePort();
  const ports: number[] = [];
  for (let each = 0; each < nodes; each += 1) ports.push(await freePort());
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const children: ChildProcess[] = [];
  const start = (program: string, env: Record<string, string>): ChildProcess => {
    const stdio: ("ignore" | "inherit" | "ipc")[] = ["ignore", "ignore", "inherit", "ipc"];
    const child = fork(program, { execArgv: [], env: { ...process.env, ...env }, stdio });
    children.push(child);
    return child;
  };
  try {
    const app = start(appProgram, { PORT: String(appPort), ENGINE_URL: urls[0] ?? "" });
    await once(app, "message");
    const engines = ports.map((port) => {
      const options = { store: { uri }, port, poll: false, appUrls: [`http://127.0.0.1:${appPort}/api/inngest`] };
      return start(engineProgram, { ENGINE_OPTIONS: JSON.stringify(options) });
    });
    for (const url of urls)
      await eventually(`the app to be known at ${url}`, async () => {
        const response = await fetch(`${url}/v1/apps`).catch(() => null);
        const apps = ((await response?.json()) ?? { data: [] }) as { data: object[] };
        return apps.data.length > 0 ? true : null;
      });
    await sendAll(urls, app, warmUp);
    const cpuMs = (): number => engines.reduce((sum, { pid }) => sum + familyCpuMs(pid ?? 0), 0);
    const [before, enginesBefore, begin] = [cpuOf(database), cpuMs(), performance.now()];
    await sendAll(urls, app, count);
    const told = { count, ms: performance.now() - begin, cpuMs: cpuMs() - enginesBefore };
    return toMeasured(told, before, cpuOf(database));
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}
