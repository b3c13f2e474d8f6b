/**
 * The lease loop: leases due items and has them worked on, up to a number at once; sleeps until the next due time. It is woken by
 * commits and by timers, it never polls. Known to create-engine and items alone: what is done with an item is passed in.
 *
 * Main file of the room `work`. The lease loop, and what an engine knows of the items that it works on. Knows no kind of
 * item.
 */
import { leaseOf, type QueueItem, troubleOf } from "../../domain/queue/queue-item.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Store } from "../../ports/store.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Places } from "./places.ts";
import type { UnderWay } from "./under-way.ts";

/** Wait after the store failed, in milliseconds. */
const storeRetryMs = 1000;

export type WorkOn = (item: QueueItem, signal: AbortSignal) => Promise<void>;

export interface LeaseLoop {
  start(): void;
  /** Takes nothing more; resolves when all running items have ended or `graceMs` have passed. Gives what is left back. */
  stop(graceMs: number): Promise<void>;
  /** Takes nothing more, now and later. */
  retire(): void;
  /** Begins to work on an item that is leased. `inARow`: how many items before it had the same place. */
  begin(item: QueueItem, inARow: number): void;
  /** Something may be due then, milliseconds since 1970. */
  wakeAt(at: number): void;
  /** Looks for due items if some may have found no place. */
  pumpBacklog(): void;
}

export interface LeaseLoopParts {
  store: Pick<Store, "lease" | "nextDueAt" | "extend" | "commit">;
  clock: Clock;
  logger: Logger;
  places: Places;
  underWay: UnderWay;
  /** A lease holds this long without being prolonged, in milliseconds; it is prolonged at a third of it. */
  leaseMs: number;
}

export function createLeaseLoop(parts: LeaseLoopParts, workOn: WorkOn): LeaseLoop {
  return new TimedLeaseLoop(parts, workOn);
}

class TimedLeaseLoop implements LeaseLoop {
  readonly #parts: LeaseLoopParts;
  readonly #workOn: WorkOn;
  readonly #places: Places;
  readonly #heartbeat: Heartbeat;
  #pumping = false;
  #pumpAgain = false;
  #wake: { at: number; timer: Timer } | null = null;

  constructor(parts: LeaseLoopParts, workOn: WorkOn) {
    this.#parts = parts;
    this.#workOn = workOn;
    this.#places = parts.places;
    this.#heartbeat = new Heartbeat(parts, parts.underWay, parts.leaseMs);
  }

  start(): void {
    this.#places.active = true;
    this.#pump();
  }

  async stop(graceMs: number): Promise<void> {
    this.retire();
    await this.#settled(graceMs);
    await this.#giveBack();
    this.#heartbeat.stop();
  }

  retire(): void {
    this.#places.active = false;
    this.#wake?.timer.cancel();
    this.#wake = null;
  }

  begin(item: QueueItem, inARow: number): void {
    const work = (signal: AbortSignal): Promise<void> =>
      this.#workOn(item, signal).catch((error: unknown) => this.#giveUp(item, error));
    this.#parts.underWay.begin(item, inARow, work, () => this.pumpBacklog());
    this.#heartbeat.begin();
  }

  wakeAt(at: number): void {
    if (!this.#places.active) return;
    if (at <= this.#parts.clock.now()) {
      this.#pump();
      return;
    }
    if (this.#wake !== null && this.#wake.at <= at) return;
    this.#wake?.timer.cancel();
    const timer = this.#parts.clock.setTimer(at, () => {
      this.#wake = null;
      this.#pump();
    });
    this.#wake = { at, timer };
  }

  pumpBacklog(): void {
    if (this.#places.backlog) this.#pump();
  }

  /** The item stays leased: whatever went wrong, it is not tried again in a loop, but when the lease ends. */
  #giveUp(item: QueueItem, error: unknown): void {
    this.#parts.logger.error(
      { item: item.id, error: String(error) },
      "An item could not be worked on; it is tried again when its lease ends",
    );
    this.wakeAt(this.#parts.clock.now() + this.#parts.leaseMs);
  }

  /** Leases until the queue has nothing due or no place is free, then sets the timer. */
  #pump(): void {
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = true;
    this.#lease()
      .catch((error: unknown) => {
        this.#parts.logger.error({ error: String(error) }, "The queue could not be read; trying again in a second");
        this.wakeAt(this.#parts.clock.now() + storeRetryMs);
      })
      .finally(() => {
        this.#pumping = false;
        if (!this.#pumpAgain) return;
        this.#pumpAgain = false;
        this.#pump();
      });
  }

  async #lease(): Promise<void> {
    const { store, clock, leaseMs } = this.#parts;
    while (this.#places.active) {
      const limit = this.#places.free();
      if (limit <= 0) {
        this.#places.backlog = true;
        return;
      }
      await this.#heartbeat.catchUp();
      const now = clock.now();
      const items = await store.lease({ now, leaseUntil: now + leaseMs, limit });
      for (const item of items) this.begin(item, 0);
      if (items.length === limit) continue;
      this.#places.backlog = false;
      const next = await store.nextDueAt();
      if (next !== null) this.wakeAt(next);
      return;
    }
  }

  #settled(graceMs: number): Promise<void> {
    const { clock, underWay } = this.#parts;
    return new Promise((resolve) => {
      const timer = clock.setTimer(clock.now() + graceMs, resolve);
      void underWay.ended().then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** Items that would not end are due again at once, for whoever works this queue next. */
  async #giveBack(): Promise<void> {
    const { store, logger, underWay } = this.#parts;
    for (const item of underWay.items()) {
      const settle = { kind: "retry", attempt: item.attempt, dueAt: item.dueAt, trouble: troubleOf(item) } as const;
      await store.commit({ lease: leaseOf(item), settle }).catch((error: unknown) => {
        logger.warn(
          { item: item.id, error: String(error) },
          "An item could not be given back; its lease has to end first",
        );
      });
      underWay.abort(item.id);
    }
  }
}
