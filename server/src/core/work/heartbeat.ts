/** Prolongs the leases of what is worked on, and ends the calls of those that were lost. Driven by the lease loop. */
import { leaseOf } from "../../domain/queue/queue-item.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Store } from "../../ports/store.ts";
import type { UnderWay } from "./under-way.ts";

export interface HeartbeatParts {
  store: Pick<Store, "extend">;
  clock: Clock;
  logger: Logger;
}

export class Heartbeat {
  readonly #parts: HeartbeatParts;
  readonly #underWay: UnderWay;
  readonly #leaseMs: number;
  #next: { at: number; timer: Timer } | null = null;
  /** The last beat, which may not be through. */
  #beating: Promise<void> | null = null;

  /** `leaseMs`: how long a lease holds; it is prolonged at a third of that. */
  constructor(parts: HeartbeatParts, underWay: UnderWay, leaseMs: number) {
    this.#parts = parts;
    this.#underWay = underWay;
    this.#leaseMs = leaseMs;
  }

  /** Begins, unless it beats already. It ends by itself when nothing is under way. */
  begin(): void {
    if (this.#next === null) this.#beatLater();
  }

  stop(): void {
    this.#next?.timer.cancel();
    this.#next = null;
  }

  /** Beats now when the clock has leapt, as on a machine that was asleep: leases are over whose calls still go on. */
  async catchUp(): Promise<void> {
    const lateMs = this.#parts.clock.now() - (this.#next?.at ?? Number.POSITIVE_INFINITY);
    if (lateMs >= this.#leaseMs / 3) this.#beatNow();
    // The timer may have begun it just now: who leases before it is through takes what is worked on here for free.
    await this.#beating;
  }

  #beatLater(): void {
    const at = this.#parts.clock.now() + this.#leaseMs / 3;
    this.#next = { at, timer: this.#parts.clock.setTimer(at, () => this.#beatNow()) };
  }

  #beatNow(): void {
    this.#beating = this.#beat();
  }

  async #beat(): Promise<void> {
    this.stop();
    const items = this.#underWay.items();
    if (items.length === 0) return;
    const now = this.#parts.clock.now();
    this.#beatLater();
    try {
      const lost = await this.#parts.store.extend(items.map(leaseOf), now + this.#leaseMs);
      for (const { itemId } of lost) this.#underWay.abort(itemId);
    } catch (error) {
      this.#parts.logger.error({ error: String(error) }, "Leases could not be prolonged");
    }
  }
}
