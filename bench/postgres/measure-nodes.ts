/**
 * Engines on one Postgres that call an app over HTTP: how many two-step runs they carry. The app is a process of its own, so that it
 * is the same for one engine and for two. Called by the benchmark on Postgres.
 */
import { type ChildProcess, fork } from "node:child_process";
import { startAppProcess } from "../../test/helpers/app-process.ts";
import { bundledProgram } from "../../test/helpers/bundled-program.ts";
import { endProcess } from "../../test/helpers/end-process.ts";
import { eventually } from "../../test/helpers/eventually.ts";
import { freePort } from "../../test/helpers/free-port.ts";
import { type BenchDatabase, cpuOf, type Measured, toMeasured, withDatabase } from "./measure.ts";
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

/** Starts engines on a database, with an app that all of them know, and ends them when the work is done. */
async function withNodes<T>(
  uri: string,
  nodes: number,
  work: (urls: readonly string[], app: ChildProcess, engines: readonly ChildProcess[]) => Promise<T>,
): Promise<T> {
  const [engineProgram, appProgram] = await Promise.all([
    bundledProgram("test/chaos/engine-program.ts"),
    bundledProgram("bench/postgres/programs/app-program.ts"),
  ]);
  const appPort = await freePort();
  const ports: number[] = [];
  for (let each = 0; each < nodes; each += 1) ports.push(await freePort());
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const app = await startAppProcess(appProgram, { PORT: String(appPort), ENGINE_URL: urls[0] ?? "" }, () => undefined);
  const engines = ports.map((port) => {
    const options = { store: { uri }, port, poll: false, appUrls: [`http://127.0.0.1:${appPort}/api/inngest`] };
    const env = { ...process.env, ENGINE_OPTIONS: JSON.stringify(options) };
    return fork(engineProgram, { execArgv: [], env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  });
  try {
    for (const url of urls)
      await eventually(`the app to be known at ${url}`, async () => {
        const response = await fetch(`${url}/v1/apps`).catch(() => null);
        const apps = ((await response?.json()) ?? { data: [] }) as { data: object[] };
        return apps.data.length > 0 ? true : null;
      });
    return await work(urls, app.child, engines);
  } finally {
    for (const child of [app.child, ...engines]) await endProcess(child);
  }
}

export function measureNodes(database: BenchDatabase, nodes: number, count: number): Promise<Measured> {
  return withDatabase(database, (uri) =>
    withNodes(uri, nodes, async (urls, app, engines) => {
      await sendAll(urls, app, warmUp);
      const cpuMs = (): number => engines.reduce((sum, { pid }) => sum + familyCpuMs(pid ?? 0), 0);
      const [before, enginesBefore, begin] = [cpuOf(database), cpuMs(), performance.now()];
      await sendAll(urls, app, count);
      const told = { count, ms: performance.now() - begin, cpuMs: cpuMs() - enginesBefore };
      return toMeasured(told, before, cpuOf(database));
    }),
  );
}
