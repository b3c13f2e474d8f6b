/**
 * When rules are looked at and when notices are sent: by the engine's clock, on the engine that leads, whatever is paused. An engine
 * that is alone on its state and has nothing to watch sets no timer and asks nothing. Made by create-alerts.
 */

import type { AlertSender } from "../../ports/alert-sender.ts";
import type { Timer } from "../../ports/clock.ts";
import type { Parts } from "../parts/parts.ts";
import { Deliveries } from "./deliveries.ts";
import type { FactSources } from "./facts.ts";
import { type RoundParts, runRound } from "./rounds.ts";

/** From one look at the rules to the next. */
const lookEveryMs = 15_000;
/** Where other engines may make rules: between two looks for some, while there are none. */
const lookForRulesEveryMs = 60_000;
/** Between two questions whether this engine leads now, which cost nothing. */
const leadEveryMs = 30_000;

type LoopParts = RoundParts & Pick<Parts, "logger" | "shared">;

export class AlertLoop {
  readonly #parts: LoopParts;
  readonly #sources: FactSources;
  readonly #deliveries: Deliveries;
  #timer: { at: number; timer: Timer } | null = null;
  #current: Promise<void> | null = null;
  /** Whether something has changed since the look that goes on began. */
  #isAsked = false;
  #stopped = true;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #watches = true;

  constructor(parts: LoopParts, sources: FactSources, sender: AlertSender) {
    this.#parts = parts;
    this.#sources = sources;
    this.#deliveries = new Deliveries(parts, sender, () => this.#armForNext());
  }

  start(): void {
    this.#stopped = false;
    this.#deliveries.start();
    this.wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.timer.cancel();
    this.#timer = null;
    await this.#current;
    await this.#deliveries.stop();
  }

  /** Rules or channels have changed: looks at once. */
  wake(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.#run();
  }

  #run(): void {
    if (this.#stopped) return;
    if (this.#current !== null) {
      this.#isAsked = true;
      return;
    }
    this.#timer?.timer.cancel();
    this.#timer = null;
    this.#isAsked = false;
    this.#current = this.#turn()
      .catch((error: unknown) => {
        this.#parts.logger.warn({ error: String(error) }, "Alert rules could not be looked at; trying again soon");
        this.#armIn(lookEveryMs);
      })
      .finally(() => {
        this.#current = null;
        if (this.#isAsked) this.#run();
      });
  }

  async #turn(): Promise<void> {
    const { store, clock } = this.#parts;
    if (store.peers !== null && !store.peers.leads()) return this.#armIn(leadEveryMs);
    if (clock.now() - this.#lookedAt >= this.#restMs()) {
      this.#lookedAt = clock.now();
      this.#watches = await runRound(this.#parts, this.#sources);
    }
    await this.#deliveries.begin();
    await this.#armForTurn();
  }

  #restMs(): number {
    return this.#watches ? lookEveryMs : lookForRulesEveryMs;
  }

  async #armForTurn(): Promise<void> {
    if (this.#watches || this.#parts.shared) this.#armAt(this.#lookedAt + this.#restMs());
    const dueAt = await this.#parts.store.alerts.nextAlertAt();
    if (dueAt !== null) this.#armAt(dueAt);
  }

  /** How a try went may say when the next one is. */
  #armForNext(): void {
    if (this.#stopped) return;
    this.#parts.store.alerts.nextAlertAt().then(
      (dueAt) => (dueAt === null ? undefined : this.#armAt(dueAt)),
      (error: unknown) => {
        this.#parts.logger.warn({ error: String(error) }, "Alerts could not be read; trying again soon");
        this.#armIn(lookEveryMs);
      },
    );
  }

  #armIn(ms: number): void {
    this.#armAt(this.#parts.clock.now() + ms);
  }

  /** The earliest time that is asked for counts. */
  #armAt(at: number): void {
    if (this.#stopped || (this.#timer !== null && this.#timer.at <= at)) return;
    this.#timer?.timer.cancel();
    const timer = this.#parts.clock.setTimer(at, () => {
      this.#timer = null;
      this.#run();
    });
    this.#timer = { at, timer };
  }
}
