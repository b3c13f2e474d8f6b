/**
 * One engine of a world, life after life: it starts, works, stands still, dies with all that it had in memory, is started again, or
 * is stopped and replaced as in a deployment. Made by run-seed; what happens to it and when is up to `misfortunes`.
 */
import { createEngine } from "../core/create-engine.ts";
import type { Engine } from "../core/engine.ts";
import type { QueueItemKind } from "../domain/queue/queue-item.ts";
import type { Clock } from "../ports/clock.ts";
import type { HttpClient, RequestOutcome } from "../ports/http-client.ts";
import type { Logger } from "../ports/logger.ts";
import type { Peers } from "../ports/peers.ts";
import type { SdkCaller } from "../ports/sdk-caller.ts";
import type { Store } from "../ports/store.ts";
import type { Draw } from "./draw.ts";
import { asOlder } from "./older-engine.ts";
import type { Profile } from "./profile.ts";
import { scheduleStore } from "./scheduled-store.ts";
import type { Owner, Scheduler } from "./scheduler.ts";
import type { SimulatedState } from "./simulated-state.ts";

/** One process, from its start to its end. */
export interface Life extends Owner {
  /** Null until it has started. */
  engine: Engine | null;
  store: Store;
  /** Kinds of queue items that came after its release. */
  unknownKinds: ReadonlySet<QueueItemKind>;
}

/** What an engine is made of that is the world's. */
export interface EngineWorld {
  scheduler: Scheduler;
  draw: Draw;
  profile: Profile;
  state: SimulatedState;
  /** Whether anything may fail now. */
  faults: () => boolean;
  /** The way to the apps, for one life. */
  callerFor(life: Life): SdkCaller;
  /** How one life hears of the others on its state; null when there can be none. */
  peersFor(life: Life): Peers | null;
  /** Between an engine and its state; sees or changes what goes through. */
  wrapStore(store: Store, life: Life): Store;
  /** Hears of the end of a life. */
  died(life: Life): void;
  /** Hears what an engine logs as an error. */
  stumbled(life: Life, fields: Record<string, unknown>, message: string): void;
  workers: number;
  retryIntervalMs: number | null;
  retentionMs: number | null;
}

export class SimulatedEngine {
  readonly name: string;
  /** Kinds of queue items that came after the release that it runs: none when it has been upgraded. */
  unknownKinds: ReadonlySet<QueueItemKind> = new Set();
  readonly #world: EngineWorld;
  #lives = 0;
  #life: Life | null = null;
  /** Resolves when the life that is at work is over. */
  #ended: Promise<void> = Promise.resolve();
  #tellEnded: () => void = () => undefined;

  constructor(name: string, world: EngineWorld) {
    this.name = name;
    this.#world = world;
  }

  /** The life that is at work; null while there is none. */
  life(): Life | null {
    return this.#life?.alive === true && this.#life.engine !== null ? this.#life : null;
  }

  /** Whether no process of it is there, not even one that is starting. */
  isDown(): boolean {
    return this.#life?.alive !== true;
  }

  /** Whether a process of an earlier release is at work, or starting. */
  isOlder(): boolean {
    return this.#life?.alive === true && this.#life.unknownKinds.size > 0;
  }

  /** Resolves when it works. Nothing is made to fail while it starts, so whatever it throws is its own fault. */
  async start(): Promise<void> {
    const life = this.#beget();
    const engine = this.#build(life);
    await engine.start();
    if (life.alive) life.engine = engine;
  }

  /** It is gone this very moment, with all that it had in memory. */
  async crash(): Promise<void> {
    const life = this.#life;
    if (life?.alive !== true) return;
    await this.#end(life);
  }

  /** It ends what it has begun, as far as that takes no longer than `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    const life = this.life();
    if (life === null) return;
    // It may die while it ends things.
    await Promise.race([life.engine?.stop(graceMs), this.#ended]);
    if (life.alive) await this.#end(life);
  }

  freeze(ms: number): void {
    if (this.#life !== null) this.#life.frozenUntil = this.#world.scheduler.time + ms;
  }

  #beget(): Life {
    const name = `${this.name}.${++this.#lives}`;
    const owner: Owner = { name, alive: true, frozenUntil: 0 };
    const life: Life = Object.assign(owner, {
      engine: null,
      store: this.#world.state.open(),
      unknownKinds: this.unknownKinds,
    });
    this.#life = life;
    this.#ended = new Promise((resolve) => {
      this.#tellEnded = resolve;
    });
    return life;
  }

  async #end(life: Life): Promise<void> {
    life.alive = false;
    this.#tellEnded();
    this.#world.died(life);
    await this.#world.state.release(life.store);
  }

  #build(life: Life): Engine {
    const { scheduler, draw, profile, faults, workers, retryIntervalMs, retentionMs } = this.#world;
    const started = (): boolean => faults() && life.engine !== null;
    const options = { owner: life, scheduler, draw, profile, faults: started, peers: this.#world.peersFor(life) };
    return createEngine({
      store: scheduleStore(asOlder(this.#world.wrapStore(life.store, life), life.unknownKinds), options),
      caller: this.#world.callerFor(life),
      http: this.#http(life),
      clock: this.#clock(life),
      random: draw.fork(),
      logger: this.#logger(life),
      notifier: { notify: () => undefined },
      workers,
      retryIntervalMs,
      retentionMs,
      shared: this.#world.state.isShared,
    });
  }

  #clock(life: Life): Clock {
    const { scheduler } = this.#world;
    return {
      now: () => scheduler.now(),
      setTimer: (wallAt, run) => scheduler.add({ wallAt, owner: life, label: `${life.name} timer`, run }),
    };
  }

  #http(life: Life): HttpClient {
    const { scheduler, draw } = this.#world;
    return {
      send: ({ url }, signal) =>
        new Promise((resolve, reject) => {
          const answered: RequestOutcome = {
            kind: "answered",
            url,
            status: 200,
            headers: {},
            body: "{}",
            retryAt: null,
          };
          const outcome: RequestOutcome = draw.chance(0.1) ? { kind: "failed", message: "no answer" } : answered;
          const at = scheduler.time + draw.int(0, 2000);
          scheduler.add({ at, owner: life, label: `${life.name} hears of ${url}`, run: () => resolve(outcome) });
          signal.addEventListener("abort", () => reject(new Error("aborted")));
        }),
      close: async () => undefined,
    };
  }

  #logger(life: Life): Logger {
    const ignore = (): void => undefined;
    const error = (fields: Record<string, unknown>, message: string): void =>
      this.#world.stumbled(life, fields, message);
    return { debug: ignore, info: ignore, warn: ignore, error };
  }
}
