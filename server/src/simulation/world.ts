/**
 * One world: engines on a state, an app, clients, operators and misfortunes, and the witnesses of what happens. It lives, comes to
 * rest, and is looked at. Made by run-seed.
 */
import type { Store } from "../ports/store.ts";
import type { Draw } from "./draw.ts";
import { Misfortunes } from "./misfortunes.ts";
import { drawProfile, type Profile } from "./profile.ts";
import { drawFunctions, type SimulatedFunction } from "./programs/draw-functions.ts";
import { Requests } from "./requests.ts";
import { EndlessWorldError, Scheduler } from "./scheduler.ts";
import { Senders } from "./senders.ts";
import { SimulatedApp } from "./simulated-app.ts";
import { type EngineWorld, type Life, SimulatedEngine } from "./simulated-engine.ts";
import { SimulatedPeers } from "./simulated-peers.ts";
import type { SimulatedState } from "./simulated-state.ts";
import type { Trace } from "./trace.ts";
import type { Violation } from "./witness/violations.ts";
import { Witness } from "./witness/witness.ts";
import { Workload } from "./workload.ts";

export interface WorldOptions {
  draw: Draw;
  state: SimulatedState;
  trace: Trace;
  /** How many. */
  engines: number;
  size: WorldSize;
  /** What goes wrong more or less often than the seed says. */
  profile: Partial<Profile>;
  /** Lies between each life of an engine and what watches its state. */
  decorateStore: (store: Store, life: Life, draw: Draw) => Store;
}

export type WorldSize = "small" | "large";

export interface WorldCounts {
  turns: number;
  runs: number;
  calls: number;
  steps: number;
  misfortunes: number;
}

const startAt = Date.UTC(2026, 0, 1);
const minuteMs = 60_000;
/** Deeds, and the time in which they are begun, in milliseconds. */
const sizes: Record<WorldSize, { deeds: [number, number]; lifeMs: [number, number] }> = {
  small: { deeds: [1, 5], lifeMs: [10_000, 60_000] },
  large: { deeds: [4, 14], lifeMs: [30_000, 150_000] },
};
/** Until everything has ended, in minutes of the world: outages, retries and timeouts together take less. */
const restMinutes = 240;

export class World {
  readonly #options: WorldOptions;
  readonly #draw: Draw;
  readonly #scheduler: Scheduler;
  readonly #profile: Profile;
  readonly #witness: Witness;
  readonly #functions: SimulatedFunction[];
  readonly #engines: SimulatedEngine[];
  readonly #app: SimulatedApp;
  readonly #requests: Requests;
  readonly #senders: Senders;
  readonly #workload: Workload;
  readonly #misfortunes: Misfortunes;
  #mayFail = false;

  constructor(options: WorldOptions) {
    const { draw, state, trace } = options;
    this.#options = options;
    this.#draw = draw;
    this.#scheduler = new Scheduler(startAt + draw.int(0, minuteMs), draw.fork(), trace);
    this.#profile = { ...drawProfile(draw), ...options.profile };
    this.#functions = drawFunctions(draw, draw.int(2, 5));
    const workers = draw.pick([1, 2, 3, 6, 10]);
    const scheduler = this.#scheduler;
    const profile = this.#profile;
    const isPaused = (): boolean => this.#workload.isPaused();
    const places = workers * options.engines;
    this.#witness = new Witness({ scheduler, trace, profile, places, isShared: state.isShared, isPaused });
    this.#engines = this.#createEngines(workers);
    const shared = { scheduler, profile, faults: this.#faults, functions: this.#functions };
    const requests = new Requests({ ...shared, engines: this.#engines, draw: draw.fork() });
    const senders = new Senders(requests, scheduler, draw.fork());
    const witness = this.#witness.calls;
    this.#requests = requests;
    const requestVersion = draw.chance(0.2) ? 1 : 2;
    this.#senders = senders;
    this.#app = new SimulatedApp({ ...shared, draw: draw.fork(), requests, senders, witness, requestVersion });
    this.#workload = new Workload({
      ...shared,
      draw: draw.fork(),
      requests,
      senders,
      cancelled: (runId) => witness.cancelled(runId),
      findRuns: async (statuses) => idsOf(await this.#read((store) => store.listRuns({ statuses, limit: 100 }))),
      findSchedules: async () => idsOf(await this.#read((store) => store.listSchedules())),
    });
    const misfortunes = { app: this.#app, failed: (error: unknown) => this.failed(error) };
    this.#misfortunes = new Misfortunes({ ...shared, ...misfortunes, draw: draw.fork(), engines: this.#engines });
  }

  violations(): Violation[] {
    return this.#witness.violations.list;
  }

  counts(): WorldCounts {
    const { calls, known } = this.#witness;
    return {
      turns: this.#scheduler.turns(),
      runs: known.runs.size,
      calls: calls.calls,
      steps: calls.stepsRun,
      misfortunes: this.#misfortunes.count,
    };
  }

  /** Everything that happens, until every deed is answered, every request is carried out and every engine is up. */
  async live(): Promise<void> {
    const scheduler = this.#scheduler;
    await this.#until("the engines are up", async () => {
      await Promise.all(this.#engines.map((engine) => engine.start()));
      await this.#workload.register(this.#functions, true);
    });
    this.#mayFail = true;
    const { deeds, lifeMs } = sizes[this.#options.size];
    const ms = this.#draw.int(...lifeMs);
    this.#workload.begin(this.#draw.int(...deeds), ms);
    this.#misfortunes.begin(ms);
    await scheduler.run(() => false, scheduler.time + ms);
    const isDone = (): boolean => this.#workload.isDone() && this.#misfortunes.isOver() && this.#requests.isQuiet();
    await scheduler.run(isDone);
    if (!isDone()) throw new Error("The world stands still before every deed is answered");
  }

  /** Nothing goes wrong any more and nothing new begins: everything ends, as it must. */
  async rest(): Promise<void> {
    const scheduler = this.#scheduler;
    this.#mayFail = false;
    await this.#until("operators have cleaned up", () => this.#workload.settle());
    for (let minute = 0; minute < restMinutes; minute++) {
      await scheduler.run(() => false, scheduler.time + minuteMs);
      if ((await this.#read((store) => store.nextDueAt())) === null) return;
    }
    const what = `work is left after ${restMinutes} minutes in which nothing failed`;
    this.#witness.violations.add("an acknowledged event's runs end", what);
  }

  async check(): Promise<void> {
    const { signalled, skips } = this.#workload;
    const { acknowledged } = this.#senders;
    const promised = { functions: this.#functions, acknowledged, signalled, skips };
    await this.#read((store) => this.#witness.check(store, promised));
    await this.close();
    for (const row of this.#options.state.leftovers())
      this.#witness.violations.add("storage is bounded", `was left behind: ${row}`);
  }

  /** Nothing of it goes on. */
  async close(): Promise<void> {
    for (const engine of this.#engines) await engine.crash();
    await this.#options.state.close();
  }

  failed(error: unknown): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const isEndless = error instanceof EndlessWorldError;
    this.#witness.violations.add(isEndless ? "a world comes to rest" : "the engine does not stumble", what);
  }

  readonly #faults = (): boolean => this.#mayFail;

  #createEngines(workers: number): SimulatedEngine[] {
    const { state, decorateStore, engines } = this.#options;
    const draw = this.#draw;
    const decorated = draw.fork();
    const peers = new SimulatedPeers({ scheduler: this.#scheduler, draw: draw.fork(), faults: this.#faults });
    const world: EngineWorld = {
      scheduler: this.#scheduler,
      draw: draw.fork(),
      profile: this.#profile,
      state,
      faults: this.#faults,
      callerFor: (life) => this.#app.callerFor(life),
      wrapStore: (store, life) => decorateStore(this.#witness.watch(store, life), life, decorated),
      peersFor: (life) => (state.isShared ? peers.of(life) : null),
      died: (life) => {
        peers.died(life);
        this.#witness.died(life);
      },
      stumbled: (life, fields, message) => this.#stumbled(life, fields, message),
      workers,
      retryIntervalMs: draw.chance(0.7) ? 1000 : null,
      retentionMs: draw.chance(0.2) ? draw.int(2, 10) * minuteMs : null,
    };
    return Array.from({ length: engines }, (_, index) => new SimulatedEngine("abc".charAt(index), world));
  }

  /** Null when no engine is up. */
  async #read<T>(read: (store: Store) => Promise<T>): Promise<T | null> {
    const life = this.#engines.map((engine) => engine.life()).find((each) => each !== null);
    return life === undefined ? null : read(life.store);
  }

  async #until(what: string, work: () => Promise<unknown>): Promise<void> {
    let isOver = false;
    const done = work().finally(() => {
      isOver = true;
    });
    done.catch(() => undefined);
    await this.#scheduler.run(() => isOver);
    if (!isOver) throw new Error(`The world stands still before ${what}`);
    await done;
  }

  /** The store's failures are what a world is made of, all else is not. */
  #stumbled(life: Life, fields: Record<string, unknown>, message: string): void {
    const text = JSON.stringify(fields);
    if (text.includes("The disk is full")) return;
    if (life.unknownKinds.size > 0 && message.startsWith("A queue item cannot be read")) return;
    this.#witness.violations.add("the engine does not stumble", `${life.name}: ${message} ${text}`);
  }
}

function idsOf(records: readonly { id: string }[] | null): string[] {
  return (records ?? []).map(({ id }) => id);
}
