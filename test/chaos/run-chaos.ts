/**
 * One chaos, from its first process to its counts: engines on one Postgres or one on SQLite, two apps, events of every kind, faults.
 * Called by `npm run chaos` and by the test of its short form.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerOptions } from "stepwell-server";
import { createSeededRandom } from "../../server/src/testing/seeded-random.ts";
import { type AppProcess, startAppProcess } from "../helpers/app-process.ts";
import { bundledProgram } from "../helpers/bundled-program.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { type ChaosApi, createApi } from "./api.ts";
import type { Counts } from "./counts/finding.ts";
import { countExceeded } from "./counts/limits.ts";
import { countOutcomes } from "./counts/outcomes.ts";
import { readState } from "./counts/state.ts";
import { countSteps } from "./counts/steps.ts";
import { countEarly } from "./counts/timers.ts";
import { type FaultCounts, type FaultOptions, makeFaults } from "./faults.ts";
import { followJournal, readJournal } from "./journal.ts";
import { apps } from "./kinds.ts";
import { Answerer, planEvents, type SentEvent, sendAll } from "./senders.ts";
import { startDatabase } from "./world/database.ts";
import { Engines } from "./world/engines.ts";

export interface ChaosOptions {
  store: "sqlite" | "postgres";
  /** Events to send, of all kinds. */
  runs: number;
  seed: number;
  faults: FaultOptions;
  /** How long leases of the engines hold, in milliseconds. */
  leaseMs: number;
  /** Where the journal and what engines print is kept; null: in a folder that is removed. */
  folder?: string;
}

export interface ChaosReport {
  runs: number;
  faults: FaultCounts;
  counts: Counts;
  /** Marks in the journal. */
  marks: number;
}

const retryMs = 1000;
/** Between two looks at the journal, in milliseconds. */
const followMs = 40;
/** Nothing has happened for so long after the last fault: what is not there by now is lost. */
const quietMs = 60_000;

/** What has to be closed in the end, the last first. */
class Closers {
  readonly #closers: (() => unknown)[] = [];
  add(close: () => unknown): void {
    this.#closers.push(close);
  }
  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
  }
}

async function startApps(engines: Engines, urls: string[], journal: string, closers: Closers): Promise<AppProcess[]> {
  const program = await bundledProgram("test/chaos/app/chaos-app.ts");
  return Promise.all(
    apps.map(async (name, index) => {
      const env = {
        APP: name,
        PORT: new URL(urls[index] as string).port,
        ENGINE_URL: engines.url,
        JOURNAL: journal,
        CHECKPOINTING: index === 0 ? "off" : "on",
      };
      const app = await startAppProcess(program, env, () => undefined);
      closers.add(() => app.kill());
      return app;
    }),
  );
}

async function untilRegistered(api: ChaosApi): Promise<void> {
  await eventually("both apps to be registered", async () => {
    const { json } = await api.ask("GET", "/v1/apps");
    const names = (json as { data: { name: string }[] }).data.map(({ name }) => name);
    return apps.every((name) => names.includes(name)) ? true : null;
  });
}

async function openWorld({ store, leaseMs, seed }: ChaosOptions, folder: string, closers: Closers) {
  const program = await bundledProgram("test/chaos/engine-program.ts");
  const journal = join(folder, "journal.jsonl");
  const urls: string[] = [];
  for (const _ of apps) urls.push(`http://127.0.0.1:${await freePort()}/api/inngest`);
  const base = { appUrls: urls, poll: true, pollIntervalMs: 1000, retryIntervalMs: retryMs, leaseMs, workers: 30 };
  const database = store === "postgres" ? await startDatabase(3) : null;
  if (database !== null) closers.add(() => database.close());
  const options: ServerOptions[] =
    database === null
      ? [{ ...base, store: join(folder, "state") }]
      : database.uris.map((uri) => ({ ...base, store: { uri, connections: 6 } }));
  const engines = await Engines.open(program, options);
  closers.add(() => engines.close());
  const processes = await startApps(engines, urls, journal, closers);
  for (const slot of engines.slots) slot.start();
  const api = createApi(() => engines.url);
  await untilRegistered(api);
  const drained = async (): Promise<void> => {
    if (database === null) await Promise.all(processes.map((app) => app.drained()));
  };
  return { engines, database, api, journal, drained, random: createSeededRandom(seed).next };
}

function count(events: readonly SentEvent[], state: Awaited<ReturnType<typeof readState>>, journal: string) {
  const marks = readJournal(journal);
  const outcomes = countOutcomes(events, state);
  const groupOf = new Map(events.map(({ n, g }) => [n, g]));
  const counts: Counts = {
    ...outcomes,
    ...countSteps(marks),
    exceeded: [...outcomes.exceeded, ...countExceeded(marks, state, groupOf)],
    early: countEarly(marks, events, retryMs),
  };
  return { runs: state.runs.length, counts, marks: marks.length };
}

/** Looks until all has come to what it must come to, or nothing happens any more. */
async function settle(api: ChaosApi, events: readonly SentEvent[], journal: string, lastMarkAt: () => number) {
  for (;;) {
    const counted = count(events, await readState(api), journal);
    if (counted.counts.lost.length === 0 || Date.now() - lastMarkAt() > quietMs) return counted;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const closers = new Closers();
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "stepwell-chaos-")));
  if (options.folder === undefined) closers.add(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  try {
    const world = await openWorld(options, folder, closers);
    const events = planEvents(options.runs, world.random);
    const answerer = new Answerer(world.api, events);
    const journal = followJournal(world.journal);
    let lastMarkAt = Date.now();
    let failure: unknown = null;
    const follow = setInterval(() => {
      const marks = journal.next();
      // Ticks never end.
      if (marks.some(({ kind }) => kind !== "ticks")) lastMarkAt = Date.now();
      answerer.hear(marks);
      answerer.answer().catch((error: unknown) => {
        failure ??= error;
      });
    }, followMs);
    closers.add(() => {
      clearInterval(follow);
      journal.close();
    });
    const sending = sendAll(world.api, events, options.faults.forMs * 0.85, world.random);
    const [faults] = await Promise.all([makeFaults(world, options.faults), sending]);
    lastMarkAt = Date.now();
    const counted = await settle(world.api, events, world.journal, () => lastMarkAt);
    if (failure !== null) throw failure;
    return { ...counted, faults };
  } finally {
    await closers.close();
  }
}
