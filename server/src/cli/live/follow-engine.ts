/**
 * Follows a running engine: its events and runs with their steps and logs, as they happen, until it is told to end. Called by the commands
 * tail and logs. The engine's stream says which runs have changed, and this looks at them; every few seconds it also looks around by itself,
 * for what other engines of the same store do and for what the stream has missed.
 */
import type { EventAnswer, FunctionAnswer } from "../../api/answers.ts";
import { isEngineApiError } from "../../client/engine-api-error.ts";
import type { EngineClient } from "../../client/engine-client.ts";
import { isPassing, pause } from "../../client/request.ts";
import type { LiveEntry } from "./live-entry.ts";
import { RecentIds } from "./recent-ids.ts";
import { attemptsOf } from "./run-changes.ts";
import { RunLooker } from "./run-looker.ts";

export interface FollowFilter {
  /** Slugs; null for all. */
  functions: readonly string[] | null;
  app: string | null;
  /** As the API spells them. Null for all. What happened to a run is told when it comes to one of these. */
  statuses: readonly string[] | null;
  events: boolean;
}

export interface FollowOptions {
  engine: EngineClient;
  filter: FollowFilter;
  /** Ends it. */
  signal: AbortSignal;
  tell(entry: LiveEntry): void;
  /** What happens from now on is told. */
  onBegin?(): void;
  /** The connection is lost, and will be tried again. */
  onLost(): void;
  /** What happened before this moment of the engine's clock is not told. Milliseconds since 1970; default: now. */
  since?: number;
  /** By run, the number of the last line of its log that is known. */
  lines?: ReadonlyMap<string, number>;
  /** Between two looks around, milliseconds. Default: 1500. */
  lookEveryMs?: number;
}

/** Runs that are looked at at once. */
const looksAtOnce = 6;
/** Runs that every look around looks at: those that changed last. */
const lookedAround = 20;
const remembered = 20_000;
/** Runs and events may be written a little before others that are older. */
const overlapMs = 2000;

interface Followed {
  looker: RunLooker;
  /** What is told when the run comes to a status that is wanted. */
  held: LiveEntry[];
}

/** Resolves when it is told to end. @throws EngineApiError when the engine refuses what it is asked */
export async function followEngine(options: FollowOptions): Promise<void> {
  const since = options.since ?? Date.parse((await options.engine.overview({ signal: options.signal })).now);
  await new EngineFollower(options, since).run();
}

class EngineFollower {
  readonly #options: FollowOptions;
  readonly #since: number;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #followed = new Map<string, Followed>();
  /** Runs that have ended, or that nobody asked for. */
  readonly #done = new RecentIds(remembered);
  readonly #events = new RecentIds(remembered);
  readonly #due = new Set<string>();
  readonly #busy = new Set<string>();
  #functions = new Map<string, FunctionAnswer>();
  #runsFrom: number;
  #eventsFrom: number;
  #eventsAreRead = false;
  /** Whether there was more news of events while they were read. */
  #eventsAreDue = false;
  #isLost = false;
  #failure: unknown = null;

  constructor(options: FollowOptions, since: number) {
    this.#options = options;
    this.#since = since;
    this.#runsFrom = since;
    this.#eventsFrom = since;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
  }

  async run(): Promise<void> {
    try {
      await this.#learnFunctions();
      this.#options.onBegin?.();
      await Promise.all([this.#hear(), this.#lookAround()]);
      if (this.#failure !== null) throw this.#failure;
    } catch (error) {
      if (!this.#options.signal.aborted) throw error;
    } finally {
      this.#stop.abort();
    }
  }

  async #learnFunctions(): Promise<void> {
    const functions = await this.#options.engine.functions.list({ signal: this.#signal });
    this.#functions = new Map(functions.map((fn) => [fn.slug, fn]));
  }

  async #hear(): Promise<void> {
    const { engine } = this.#options;
    for await (const change of engine.stream({ signal: this.#signal, onLost: () => this.#lost() })) {
      this.#isLost = false;
      if (change.kind === "reset") {
        await this.#passing(() => this.#lookOnce());
        continue;
      }
      const { functions } = this.#options.filter;
      const concerns = functions === null || change.many || change.functions.some((slug) => functions.includes(slug));
      if (change.topics.includes("functions")) await this.#passing(() => this.#learnFunctions());
      if (change.topics.includes("events")) await this.#passing(() => this.#readEvents());
      if (concerns) for (const id of change.runs) this.#look(id);
      if (change.many) await this.#passing(() => this.#lookOnce());
    }
    this.#stop.abort();
  }

  #lost(): void {
    if (!this.#isLost) this.#options.onLost();
    this.#isLost = true;
  }

  async #lookAround(): Promise<void> {
    while (!this.#signal.aborted) {
      await this.#passing(() => this.#lookOnce());
      await pause(this.#options.lookEveryMs ?? 1500, this.#signal).catch(() => undefined);
    }
  }

  /** What passes is tried again by the next look around. */
  async #passing(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      if (this.#signal.aborted) return;
      if (!isEngineApiError(error) || !isPassing(error)) throw error;
      this.#lost();
    });
  }

  async #lookOnce(): Promise<void> {
    for (const id of [...this.#followed.keys()].slice(-lookedAround)) this.#look(id);
    await this.#readEvents();
    const { engine, filter } = this.#options;
    const narrowed = {
      ...(filter.functions === null ? {} : { functionId: [...filter.functions] }),
      ...(filter.app === null ? {} : { appId: filter.app }),
    };
    let newest = this.#runsFrom;
    const newer = { ...narrowed, from: new Date(this.#runsFrom), order: "asc" } as const;
    for await (const run of engine.runs.all(newer, { signal: this.#signal })) {
      newest = Math.max(newest, Date.parse(run.queuedAt) - overlapMs);
      this.#look(run.id);
    }
    this.#runsFrom = newest;
  }

  /** Sees to it that a run is looked at from now on once more. */
  #look(id: string): void {
    if (this.#done.has(id)) return;
    this.#due.add(id);
    this.#work();
  }

  #work(): void {
    for (const id of this.#due) {
      if (this.#busy.size >= looksAtOnce || this.#signal.aborted) return;
      if (this.#busy.has(id)) continue;
      this.#due.delete(id);
      // It may have ended while it was due.
      if (this.#done.has(id)) continue;
      this.#busy.add(id);
      void this.#passing(() => this.#lookAt(id))
        .catch((error: unknown) => {
          this.#failure ??= error;
          this.#stop.abort();
        })
        .finally(() => {
          this.#busy.delete(id);
          this.#work();
        });
    }
  }

  async #lookAt(id: string): Promise<void> {
    const followed = this.#followed.get(id) ?? (await this.#begin(id));
    if (followed === null) return;
    const { run, entries, isOver } = await followed.looker.look(this.#signal);
    followed.held.push(...entries);
    // The one that changed last is the last of them.
    if (entries.length > 0) this.#followed.delete(id);
    this.#followed.set(id, followed);
    const { statuses } = this.#options.filter;
    if (statuses === null || statuses.includes(run.status))
      for (const entry of followed.held.splice(0)) this.#options.tell(entry);
    if (!isOver) return;
    this.#followed.delete(id);
    this.#done.add(id);
  }

  /** Null for a run that nobody asked for, or that is gone. */
  async #begin(id: string): Promise<Followed | null> {
    const { engine, filter, lines } = this.#options;
    const run = await engine.runs.get(id, { signal: this.#signal }).catch((error: unknown) => {
      if (isEngineApiError(error) && error.status === 404) return null;
      throw error;
    });
    const isWanted =
      run !== null &&
      (filter.functions === null || filter.functions.includes(run.function.id)) &&
      (filter.app === null || run.app.id === filter.app);
    if (!isWanted) {
      this.#done.add(id);
      return null;
    }
    const maxAttempts = attemptsOf(this.#functions.get(run.function.id));
    const line = lines?.get(id);
    return { looker: new RunLooker(engine, { runId: id, maxAttempts, since: this.#since, line }), held: [] };
  }

  async #readEvents(): Promise<void> {
    const { filter } = this.#options;
    if (!filter.events || filter.statuses !== null) return;
    this.#eventsAreDue = true;
    if (this.#eventsAreRead) return;
    this.#eventsAreRead = true;
    try {
      while (this.#eventsAreDue) {
        this.#eventsAreDue = false;
        await this.#readNewEvents();
      }
    } finally {
      this.#eventsAreRead = false;
    }
  }

  async #readNewEvents(): Promise<void> {
    const { engine, tell } = this.#options;
    const names = this.#eventNames();
    const found: EventAnswer[] = [];
    const newer = { from: new Date(this.#eventsFrom), internal: false };
    for await (const event of engine.events.all(newer, { signal: this.#signal })) found.push(event);
    for (const event of found.reverse()) {
      const at = Date.parse(event.receivedAt);
      this.#eventsFrom = Math.max(this.#eventsFrom, at - overlapMs);
      if (this.#events.add(event.id) && at >= this.#since && (names === null || names.has(event.name)))
        tell({ kind: "event", at, event });
    }
  }

  /** Names that concern the functions that are wanted; null for all. */
  #eventNames(): ReadonlySet<string> | null {
    const { functions, app } = this.#options.filter;
    if (functions === null && app === null) return null;
    const wanted = [...this.#functions.values()].filter(
      (fn) => (functions === null || functions.includes(fn.slug)) && (app === null || fn.app.id === app),
    );
    return new Set(wanted.flatMap(({ triggers }) => triggers.map(({ event }) => event ?? "")));
  }
}
