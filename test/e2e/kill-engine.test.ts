/**
 * The engine is killed with SIGKILL in the middle of the work, three times, and started again. What it acknowledged
 * must be there and complete; a step may run again only if its answer was not stored when the engine died.
 */
import { randomBytes, randomInt } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { createSeededRandom } from "../../server/src/testing/seeded-random.ts";
import { type AppProcess, startAppProcess } from "../helpers/app-process.ts";
import { bundledProgram } from "../helpers/bundled-program.ts";
import { createEngineApi, type EngineApi } from "../helpers/engine-api.ts";
import { type EngineProcess, startEngineProcess } from "../helpers/engine-process.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";

const eventCount = 180;
const batchSize = 10;
const kills = 3;
/** Calls at the same time: no more can be unanswered when the engine dies. */
const workers = 50;
const program = await bundledProgram("test/e2e/kill-app.ts");

interface Mark {
  step: string;
  /** The number of the event. */
  n: number;
  stage: number;
  /** When the step ran, milliseconds since 1970. */
  at: number;
}

/** What the events ask for, in turn, and what comes out. */
const kinds = [
  { name: "kill/three", steps: 3, output: (n: number) => `a${n},b${n},c${n}` },
  { name: "kill/fan", steps: 5, output: (n: number) => `p${n},q${n},r${n},s${n}` },
  { name: "kill/nap", steps: 2, output: (n: number) => `after${n}` },
] as const;

const kindOf = (n: number) => kinds[n % kinds.length]!;

/** Sees each execution of a step, and notes those that break the promise. */
function createWitness() {
  const executions = new Map<string, number>();
  const stages = new Map<number, number>();
  const knownAt = new Map<string, number>();
  /** Which life of the engine each execution belongs to: a step may not run twice in one. */
  const lives = new Set<string>();
  let life = 0;
  const broken: string[] = [];
  return {
    broken,
    executions,
    see({ step, n, stage, at }: Mark): void {
      const key = `${step}${n}`;
      const reached = stages.get(n) ?? 0;
      stages.set(n, Math.max(stage, reached));
      if (step === "end") return;
      executions.set(key, (executions.get(key) ?? 0) + 1);
      if (stage < reached) broken.push(`${key} ran again although a later step of its run had begun`);
      const livesKey = `${key} ${life}`;
      if (lives.has(livesKey)) broken.push(`${key} ran twice in one life of the engine`);
      lives.add(livesKey);
      if (at > (knownAt.get(key) ?? Number.POSITIVE_INFINITY))
        broken.push(`${key} ran again although the engine had shown it as completed`);
    },
    /** The engine is dead, and the app has told of all that it had asked for. */
    engineDied(): void {
      life++;
    },
    /** The engine has shown this step as completed. */
    know(step: string, n: number): void {
      const key = `${step}${n}`;
      if (!knownAt.has(key)) knownAt.set(key, Date.now());
    },
    knownCount: () => knownAt.size,
  };
}

/** Ten events that are sent in one request. A repeated request has the same seed, so its events are the same ones. */
interface Batch {
  numbers: number[];
  seed: string;
}

function createBatches(): Batch[] {
  return Array.from({ length: eventCount / batchSize }, (_, batch) => ({
    numbers: Array.from({ length: batchSize }, (_, i) => batch * batchSize + i),
    seed: `${Date.now()},${randomBytes(10).toString("base64")}`,
  }));
}

/** Sends batches until the engine no longer answers; notes the ids of the events that it acknowledged. */
async function sendAll(api: EngineApi, acknowledged: Map<number, string>, batches: Batch[]): Promise<void> {
  for (const { numbers, seed } of batches) {
    const body = JSON.stringify(numbers.map((n) => ({ name: kindOf(n).name, data: { n } })));
    const headers = { "content-type": "application/json", "x-inngest-event-id-seed": seed };
    const answer = await api.post(body, headers).catch(() => null);
    if (answer === null) return;
    expect(answer.status).toBe(200);
    for (const [index, n] of numbers.entries()) acknowledged.set(n, answer.json.ids[index]!);
  }
}

/** Asks what is completed, over and over, until the engine no longer answers, or is known to be dead: it may have acknowledged nothing. */
async function watch(
  api: EngineApi,
  acknowledged: Map<number, string>,
  see: (step: string, n: number) => void,
  dead: AbortSignal,
) {
  while (!dead.aborted) {
    for (const [n, id] of [...acknowledged]) {
      const found = await api.runsOfEvent(id).catch(() => null);
      if (found === null) return;
      const steps = found[0] === undefined ? [] : await api.steps(found[0].run_id).catch(() => null);
      if (steps === null) return;
      for (const step of steps) if (step.status === "Completed") see(step.name, n);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function startWorld() {
  const [enginePort, appPort] = [await freePort(), await freePort()];
  const data = await tempDirectory("kill");
  const witness = createWitness();
  const app: AppProcess = await startAppProcess(
    program,
    { PORT: String(appPort), ENGINE_URL: `http://127.0.0.1:${enginePort}` },
    (mark) => witness.see(mark as Mark),
  );
  onTestFinished(() => app.kill());
  const start = (): Promise<EngineProcess> =>
    startEngineProcess("dev", enginePort, [
      "--no-discovery",
      "--data",
      data,
      "--retry-interval",
      "1",
      "--queue-workers",
      String(workers),
      "-u",
      `http://127.0.0.1:${appPort}/api/inngest`,
    ]);
  return { witness, app, start, api: createEngineApi(`http://127.0.0.1:${enginePort}`) };
}

async function ready(api: EngineApi): Promise<void> {
  await eventually("the app to be registered", async () => {
    const response = await api.fetch("/v1/apps");
    const { data } = (await response.json()) as { data: { name: string }[] };
    return data.some((app) => app.name === "kill") ? true : null;
  });
}

test("every acknowledged event survives SIGKILL, and no completed step runs again", async () => {
  const seed = Number(process.env.KILL_SEED ?? randomInt(2 ** 31));
  console.log(`kill test: KILL_SEED=${seed}`);
  const random = createSeededRandom(seed).next;
  const { witness, app, start, api } = await startWorld();
  const acknowledged = new Map<number, string>();
  let engine = await start();
  onTestFinished(() => engine.kill());
  await ready(api);
  const batches = createBatches();
  const waiting = (): Batch[] => batches.filter(({ numbers }) => numbers.some((n) => !acknowledged.has(n)));

  for (let round = 0; round < kills; round++) {
    const dead = new AbortController();
    const work = Promise.all([
      sendAll(api, acknowledged, waiting().slice(0, Math.ceil(batches.length / kills))),
      watch(api, acknowledged, witness.know, dead.signal),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 150 + Math.floor(random() * 500)));
    await engine.kill();
    dead.abort();
    await app.drained();
    witness.engineDied();
    await work;
    engine = await start();
  }
  await sendAll(api, acknowledged, waiting());
  expect(acknowledged.size).toBe(eventCount);

  for (const [n, id] of acknowledged) {
    const [run] = await api.endedRuns(id);
    expect(run).toMatchObject({ status: "Completed", output: kindOf(n).output(n) });
  }
  expect(witness.broken).toEqual([]);
  expect(witness.executions.size).toBe(kinds.reduce((sum, { steps }) => sum + steps, 0) * (eventCount / kinds.length));
  const repeats = [...witness.executions.values()].reduce((sum, count) => sum + count - 1, 0);
  expect(repeats).toBeLessThanOrEqual(kills * workers);
  console.log(
    `kill test: ${witness.knownCount()} steps seen completed before a kill, ${repeats} unanswered ones ran again`,
  );
  expect(await engine.stop()).toBe(0);
});
