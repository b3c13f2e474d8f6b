/**
 * The engine is killed at random moments while it holds every kind of durable state: waits, signals, invocations, cancellations,
 * debounces, batches, throttles, limits, timeouts, pauses, bulk jobs, reruns and schedules. What it acknowledged must come to what
 * it must come to, and no limit may be exceeded. `KILL_SEED` repeats the moments of a run.
 */
import { randomBytes, randomInt } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { createSeededRandom } from "../../server/src/testing/seeded-random.ts";
import { startAppProcess } from "../helpers/app-process.ts";
import { bundledProgram } from "../helpers/bundled-program.ts";
import { createEngineApi, type EngineApi, type RunJson } from "../helpers/engine-api.ts";
import { type EngineProcess, startEngineProcess } from "../helpers/engine-process.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";

interface Mark {
  kind: string;
  n: number;
  stage: number;
  limit: string | null;
  /** How many of the same limit run now, this one included. */
  active: number;
}

interface Sent {
  kind: string;
  n: number;
  k: number;
  /** Internal id of its event. */
  id: string;
}

const program = await bundledProgram("test/e2e/keep-app.ts");
const limits: Record<string, number> = { keyed: 2, whole: 1, single: 1 };
const kinds = [
  "event",
  "signal",
  "parent",
  "cancelled",
  "bulk",
  "timed",
  "held",
  "debounced",
  "batched",
  "throttled",
  "keyed",
  "whole",
  "single",
  "rated",
  "first",
];
const eachKind = 8;
const keys = 2;
const kills = 4;
/** A kill hits calls under way: each of these may run once more. */
const workers = 20;

/** Notes what breaks a promise. */
function createWitness() {
  const reached = new Map<string, number>();
  const ran = new Map<string, number>();
  const broken: string[] = [];
  const see = ({ kind, n, stage, limit, active }: Mark): void => {
    const run = `${kind}${n}`;
    const step = `${run}:${stage}`;
    ran.set(step, (ran.get(step) ?? 0) + 1);
    if (stage < (reached.get(run) ?? 0)) broken.push(`${step} ran again although a later step had begun`);
    reached.set(run, Math.max(stage, reached.get(run) ?? 0));
    const most = limits[limit?.split(" ")[0] ?? ""] ?? Number.POSITIVE_INFINITY;
    if (active > most) broken.push(`${active} of ${limit} ran at once`);
  };
  const repeats = (): number => [...ran.values()].reduce((sum, count) => sum + count - 1, 0);
  return { broken, see, repeats };
}

/** An engine that dies again and again until its rounds are over; who asks it asks until it answers. */
class Mortal {
  readonly api: EngineApi;
  readonly #start: () => Promise<EngineProcess>;
  readonly #drained: () => Promise<void>;
  engine!: EngineProcess;

  constructor(api: EngineApi, start: () => Promise<EngineProcess>, drained: () => Promise<void>) {
    this.api = api;
    this.#start = start;
    this.#drained = drained;
  }

  async live(): Promise<void> {
    this.engine = await this.#start();
  }

  /** Asks until there is an answer. A request that died with the engine may have been carried out. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<{ status: number; data: T }> {
    return eventually(`an answer to ${method} ${path}`, async () => {
      const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const headers = { "content-type": "application/json" };
      const response = await this.api.fetch(path, { ...init, headers }).catch(() => null);
      const text = await response?.text().catch(() => null);
      if (response === null || typeof text !== "string" || response.status >= 500) return null;
      return { status: response.status, data: (text === "" ? {} : JSON.parse(text)).data as T };
    });
  }

  async send(name: string, data: object): Promise<string> {
    const seed = `${Date.now()},${randomBytes(10).toString("base64")}`;
    const headers = { "content-type": "application/json", "x-inngest-event-id-seed": seed };
    const body = JSON.stringify({ name, data });
    const answer = await eventually(`the event ${name} to be taken`, async () => {
      const posted = await this.api.post(body, headers).catch(() => null);
      return posted?.status === 200 ? posted : null;
    });
    return answer.json.ids[0] as string;
  }

  /** Does `work` while the engine is killed `times` times. */
  async dieDuring(work: Promise<void>, times: number, random: () => number): Promise<void> {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    ended.catch(() => undefined);
    for (let round = 0; round < times; round++) {
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.floor(random() * 500)));
      await this.engine.kill();
      // What the dead engine asked for is at work in the app for a moment, and would count as one too many.
      await this.#drained();
      await this.live();
      if (done) break;
    }
    await ended;
  }
}

async function startWorld() {
  const [enginePort, appPort] = [await freePort(), await freePort()];
  const data = await tempDirectory("keep");
  const witness = createWitness();
  const env = { PORT: String(appPort), ENGINE_URL: `http://127.0.0.1:${enginePort}` };
  const app = await startAppProcess(program, env, (mark) => witness.see(mark as Mark));
  onTestFinished(() => app.kill());
  const flags = ["--no-discovery", "--data", data, "--retry-interval", "1", "--queue-workers", String(workers)];
  const start = () =>
    startEngineProcess("dev", enginePort, [...flags, "-u", `http://127.0.0.1:${appPort}/api/inngest`]);
  const mortal = new Mortal(createEngineApi(`http://127.0.0.1:${enginePort}`), start, app.drained);
  await mortal.live();
  onTestFinished(() => mortal.engine.kill());
  await eventually("the app to be registered", async () => {
    const response = await mortal.api.fetch("/v1/apps");
    const apps = ((await response.json()) as { data: { name: string }[] }).data;
    return apps.some(({ name }) => name === "keep") ? true : null;
  });
  return { witness, mortal };
}

async function sendAll(mortal: Mortal, sent: Sent[]): Promise<void> {
  for (let n = 1; n <= eachKind; n++) {
    await Promise.all(
      kinds.map(async (kind) => {
        const k = n % keys;
        sent.push({ kind, n, k, id: await mortal.send(`keep/${kind}`, { n, k }) });
      }),
    );
  }
}

/** Meets the waits of even numbers, and asks for all that operators can. */
async function act(mortal: Mortal, sent: Sent[]): Promise<{ reruns: string[]; schedule: string }> {
  for (let n = 2; n <= eachKind; n += 2) {
    const waiting = await onlyRun(mortal.api, sent, "event", n);
    await eventually(`run ${waiting.run_id} to wait`, async () => {
      const steps = await mortal.api.steps(waiting.run_id).catch(() => []);
      return steps.some(({ name }) => name === "w") ? true : null;
    });
    await mortal.send("keep/go", { n });
    await mortal.send("keep/stop", { n });
    await eventually(`the signal ${n} to be taken`, async () => {
      const { status } = await mortal.ask("POST", "/v1/signals", { signal: `keep${n}`, data: { n } });
      if (status === 200) return true;
      // Taken by a request whose answer died with the engine; or nobody waits yet.
      const run = await onlyRun(mortal.api, sent, "signal", n);
      return run.status === "Completed" ? true : null;
    });
  }
  await mortal.ask("POST", "/v2/cancellations", { functionId: "keep-bulk", reason: "enough" });
  const schedule = await mortal.ask<{ id: string }>("POST", "/v2/schedules", {
    cron: "0 0 1 1 *",
    event: "keep/child",
  });
  const reruns: string[] = [];
  for (const n of [1, 2, 3]) {
    const run = await onlyRun(mortal.api, sent, "keyed", n);
    const { data } = await mortal.ask<{ runId: string }>("POST", `/v2/runs/${run.run_id}/rerun`, {});
    reruns.push(data.runId);
  }
  return { reruns, schedule: schedule.data.id };
}

async function onlyRun(api: EngineApi, sent: Sent[], kind: string, n: number): Promise<RunJson> {
  const id = sent.find((each) => each.kind === kind && each.n === n)?.id ?? "";
  return eventually(`the run of ${kind} ${n}`, async () => {
    const runs = await api.runsOfEvent(id).catch(() => null);
    return runs?.[0] ?? null;
  });
}

/** Waits until each event of a kind has so many runs at least, and all have ended. */
async function endedRuns(
  api: EngineApi,
  sent: Sent[],
  kind: string,
  least = 1,
): Promise<(Sent & { runs: RunJson[] })[]> {
  const found: (Sent & { runs: RunJson[] })[] = [];
  for (const each of sent.filter((one) => one.kind === kind).sort((a, b) => a.n - b.n)) {
    const runs = await eventually(`the runs of ${kind} ${each.n} to end`, async () => {
      const now = (await api.runsOfEvent(each.id)).filter(({ run_id }) => run_id !== "");
      const isOver = now.every(({ status }) => !["Queued", "Running"].includes(status));
      return isOver && now.length >= least ? now : null;
    });
    found.push({ ...each, runs });
  }
  return found;
}

async function checkAll(api: EngineApi, sent: Sent[]): Promise<void> {
  const of = (kind: string) => endedRuns(api, sent, kind);
  const even = sent.filter(({ n }) => n % 2 === 0);
  for (const { n, runs } of await endedRuns(api, even, "event"))
    expect(runs).toMatchObject([{ status: "Completed", output: n }]);
  for (const { n, runs } of await endedRuns(api, even, "signal"))
    expect(runs).toMatchObject([{ status: "Completed", output: n }]);
  for (const { runs } of await endedRuns(api, even, "cancelled")) expect(runs).toMatchObject([{ status: "Cancelled" }]);
  for (const { n, runs } of await of("parent"))
    expect(runs).toMatchObject([{ status: "Completed", output: `child${n}` }]);
  for (const kind of ["bulk", "timed"])
    for (const { runs } of await of(kind)) expect(runs).toMatchObject([{ status: "Cancelled" }]);
  for (const kind of ["held", "throttled", "keyed", "whole"])
    for (const { n, runs } of await of(kind)) expect(runs[0]).toMatchObject({ status: "Completed", output: [n] });
  for (const { n, runs } of await of("batched")) {
    expect(runs).toMatchObject([{ status: "Completed" }]);
    expect(runs[0]?.output).toContain(n);
  }
  for (const { runs } of await of("single")) {
    expect(runs).toHaveLength(1);
    expect(["Completed", "Skipped"]).toContain(runs[0]?.status);
  }
  const perKey = async (kind: string): Promise<number[]> => {
    const found = await endedRuns(api, sent, kind, 0);
    return Array.from({ length: keys }, (_, k) =>
      found.filter((each) => each.k === k).reduce((sum, { runs }) => sum + runs.length, 0),
    );
  };
  expect(await perKey("rated")).toEqual([3, 3]);
  expect(await perKey("first")).toEqual([1, 1]);
  const lasts = sent.filter(({ n }) => n > eachKind - keys);
  for (const { runs } of await endedRuns(api, lasts, "debounced"))
    expect(runs).toMatchObject([{ status: "Completed" }]);
}

test("every kind of acknowledged state survives SIGKILL, and no limit is exceeded", async () => {
  const seed = Number(process.env.KILL_SEED ?? randomInt(2 ** 31));
  console.log(`kill test of behaviour: KILL_SEED=${seed}`);
  const random = createSeededRandom(seed).next;
  const { witness, mortal } = await startWorld();
  const { api } = mortal;
  const pause = { scope: "function", target: "keep-held" };
  expect((await mortal.ask("POST", "/v2/pauses", { ...pause, reason: "deploy", author: "ana" })).status).toBeLessThan(
    300,
  );

  const sent: Sent[] = [];
  await mortal.dieDuring(sendAll(mortal, sent), kills / 2, random);
  let acted: Awaited<ReturnType<typeof act>> | null = null;
  const acting = act(mortal, sent).then((done) => {
    acted = done;
  });
  await mortal.dieDuring(acting, kills / 2, random);

  const held = sent.filter(({ kind }) => kind === "held");
  for (const { id } of held) expect(await api.runsOfEvent(id)).toMatchObject([{ status: "Queued" }]);
  expect((await mortal.ask("POST", "/v2/pauses/resume", pause)).status).toBeLessThan(300);
  await checkAll(api, sent);
  const { reruns, schedule } = acted as unknown as Awaited<ReturnType<typeof act>>;
  for (const id of reruns)
    await eventually(`the rerun ${id}`, async () => ((await api.run(id)).status === "Completed" ? true : null));
  const schedules = await mortal.ask<{ id: string }[]>("GET", "/v2/schedules");
  expect(schedules.data.map(({ id }) => id)).toContain(schedule);
  expect(witness.broken).toEqual([]);
  expect(witness.repeats()).toBeLessThanOrEqual(kills * workers + reruns.length * 2);
  expect(await mortal.engine.stop()).toBe(0);
});
