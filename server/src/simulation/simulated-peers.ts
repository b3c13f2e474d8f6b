/**
 * How the engines of a world hear of each other: news that takes time, gets lost and comes twice, as a database's notifications do.
 * The first one that is alive leads. Made by world; null for an engine that has the state to itself.
 */
import type { PeerNews, Peers } from "../ports/peers.ts";
import type { Draw } from "./draw.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

export interface SimulatedPeersOptions {
  scheduler: Scheduler;
  draw: Draw;
  /** Whether anything may go wrong now. */
  faults: () => boolean;
}

const lostShare = 0.1;
const doubledShare = 0.1;
const lateMs = 200;

export class SimulatedPeers {
  readonly #options: SimulatedPeersOptions;
  readonly #listeners = new Map<Owner, (news: PeerNews) => void>();

  constructor(options: SimulatedPeersOptions) {
    this.#options = options;
  }

  /** For one life of an engine. */
  of(owner: Owner): Peers {
    return {
      start: async (listener) => void this.#listeners.set(owner, listener),
      tell: (news) => {
        for (const [other, listener] of this.#listeners) if (other !== owner) this.#carry(other, listener, news);
      },
      leads: () => [...this.#listeners.keys()].find(({ alive }) => alive) === owner,
      aheadMs: () => 0,
      stop: async () => void this.#listeners.delete(owner),
    };
  }

  died(owner: Owner): void {
    this.#listeners.delete(owner);
  }

  #carry(owner: Owner, listener: (news: PeerNews) => void, news: PeerNews): void {
    const { scheduler, draw, faults } = this.#options;
    const times = faults() && draw.chance(lostShare) ? 0 : faults() && draw.chance(doubledShare) ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const at = scheduler.time + (draw.chance(0.5) ? 0 : draw.int(1, lateMs));
      const run = (): void => listener(news);
      scheduler.add({ at, owner, label: `${owner.name} hears of ${news.kind}`, run });
    }
  }
}
