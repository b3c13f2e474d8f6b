/** The disk fills up while events arrive: they are refused with an error, and nothing acknowledged is lost. */
import { Inngest } from "stepwell";
import { createServer } from "stepwell/node";
import { expect, onTestFinished, test } from "vitest";
import { createEngineApi, type EngineApi } from "../helpers/engine-api.ts";
import { startEngineProcess } from "../helpers/engine-process.ts";
import { freePort } from "../helpers/free-port.ts";
import { serveLocally } from "../helpers/local-engine.ts";
import { createSmallDisk, smallDiskProblem } from "../helpers/small-disk.ts";

const problem = smallDiskProblem();
if (problem !== null) console.log(`disk-full tests left out: no tmpfs can be mounted here (${problem})`);

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** An app whose function keeps some of its event in a step. */
async function serveApp(baseUrl: string): Promise<string> {
  const client = new Inngest({ id: "disk", isDev: true, baseUrl, logger: silent });
  const keep = client.createFunction(
    { id: "keep", retries: 0, triggers: [{ event: "disk/fill" }] },
    async ({ event, step }) => {
      const text = await step.run("keep", () => event.data.text as string);
      return { n: event.data.n, length: text.length };
    },
  );
  const app = createServer({ client, functions: [keep] });
  const { origin } = await serveLocally((request, response) => app.emit("request", request, response));
  return `${origin}/api/inngest`;
}

interface Filled {
  /** Internal ids of acknowledged events, by their number. */
  acknowledged: Map<string, number>;
  refusals: { status: number; json: { ids: string[]; error?: string } }[];
}

/** Sends events of 40 KB until the engine has refused three. */
async function fill(api: EngineApi): Promise<Filled> {
  const filled: Filled = { acknowledged: new Map(), refusals: [] };
  for (let n = 0; n < 2_000 && filled.refusals.length < 3; n++) {
    const body = JSON.stringify({ name: "disk/fill", data: { n, text: `${n} `.repeat(10_000) } });
    const answer = await api.post(body);
    if (answer.status === 200) filled.acknowledged.set(answer.json.ids[0]!, n);
    else filled.refusals.push(answer);
  }
  return filled;
}

async function expectAllCompleted(api: EngineApi, { acknowledged }: Filled): Promise<void> {
  for (const [id, n] of acknowledged) {
    expect(await api.endedRuns(id)).toMatchObject([{ status: "Completed", output: { n } }]);
  }
}

async function startOnSmallDisk() {
  const disk = createSmallDisk(6);
  onTestFinished(() => disk.remove());
  const port = await freePort();
  const api = createEngineApi(`http://127.0.0.1:${port}`);
  const appUrl = await serveApp(api.url);
  const start = () =>
    startEngineProcess("dev", port, ["--no-discovery", "--data", disk.path, "--retry-interval", "1", "-u", appUrl]);
  const engine = await start();
  onTestFinished(() => engine.kill());
  return { disk, api, engine, start };
}

function expectRefused({ acknowledged, refusals }: Filled): void {
  expect(acknowledged.size).toBeGreaterThan(0);
  expect(refusals).toHaveLength(3);
  for (const { status, json } of refusals) {
    expect(status).toBe(507);
    expect(json.ids).toEqual([]);
    expect(json.error).toMatch(/full|space/i);
  }
}

test.runIf(problem === null)(
  "a full disk: events are refused, and after a restart with room all acknowledged runs complete",
  async () => {
    const { disk, api, engine, start } = await startOnSmallDisk();
    const filled = await fill(api);
    expectRefused(filled);
    await engine.kill();
    disk.resize(256);
    const again = await start();
    onTestFinished(() => again.kill());
    await expectAllCompleted(api, filled);
    expect(await api.send({ name: "disk/after" })).toHaveLength(1);
  },
);

test.runIf(problem === null)("a full disk that gets room again: the engine goes on without a restart", async () => {
  const { disk, api, engine } = await startOnSmallDisk();
  const filled = await fill(api);
  expectRefused(filled);
  disk.resize(256);
  expect(await api.send({ name: "disk/after" })).toHaveLength(1);
  await expectAllCompleted(api, filled);
  expect(await engine.stop()).toBe(0);
});
