/**
 * Requests to the engines of a world, from clients and from apps: they take time, are lost, come twice, and their answers are lost.
 * Whoever gets no answer does not know what became of the request. Used by workload and simulated-app.
 */
import type { Engine } from "../core/engine.ts";
import { type EngineErrorCode, isEngineError } from "../domain/error.ts";
import type { Draw } from "./draw.ts";
import type { Profile } from "./profile.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Life, SimulatedEngine } from "./simulated-engine.ts";

export interface RequestsOptions {
  engines: readonly SimulatedEngine[];
  scheduler: Scheduler;
  draw: Draw;
  profile: Profile;
  faults: () => boolean;
}

/** Nobody knows what became of a request. */
class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

/** What another try may change. */
const fleeting: ReadonlySet<EngineErrorCode> = new Set<EngineErrorCode>([
  "store_full",
  "store_failed",
  "shutting_down",
]);
const patienceMs = 20_000;
const againMs = 700;

export class Requests {
  readonly #options: RequestsOptions;
  /** Those that an engine has not carried out yet, whether or not anybody still waits for the answer. */
  readonly #onTheWay = new Set<{ to: Life }>();

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** Whether no engine that is alive will still carry one out. */
  isQuiet(): boolean {
    return [...this.#onTheWay].every(({ to }) => !to.alive);
  }

  /** Once, at any engine that works. @throws NoAnswerError, and what the engine throws */
  once<T>(label: string, act: (engine: Engine) => Promise<T>): Promise<T> {
    const { scheduler, profile, draw } = this.#options;
    const goesWrong = (share: number): boolean => this.#options.faults() && draw.chance(share);
    return new Promise<T>((resolve, reject) => {
      const none = (): void => reject(new NoAnswerError(`${label} got no answer`));
      const patience = scheduler.add({
        at: scheduler.time + patienceMs,
        owner: null,
        label: `${label} gives up`,
        run: none,
      });
      const deliveries = goesWrong(profile.requestsLost) ? 0 : goesWrong(profile.requestsDoubled) ? 2 : 1;
      const answer = (run: () => void): void => {
        if (goesWrong(profile.requestAnswersLost)) return;
        patience.cancel();
        scheduler.add({ at: scheduler.time + this.#latency(), owner: null, label: `${label} is answered`, run });
      };
      for (let delivery = 0; delivery < deliveries; delivery++) this.#deliver(label, act, { resolve, reject, answer });
    });
  }

  /** Until an engine has said yes or no. @throws what the engine throws that another try would not change */
  async insist<T>(label: string, act: (engine: Engine) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.once(label, act);
      } catch (error) {
        if (isEngineError(error) && !fleeting.has(error.code)) throw error;
        await this.#options.scheduler.sleep(againMs, `${label} is tried again`);
      }
    }
  }

  #latency(): number {
    return this.#options.draw.chance(0.7) ? 0 : this.#options.draw.int(1, 40);
  }

  #deliver<T>(
    label: string,
    act: (engine: Engine) => Promise<T>,
    to: { resolve(value: T): void; reject(error: unknown): void; answer(run: () => void): void },
  ): void {
    const { scheduler, engines, draw } = this.#options;
    const alive = engines.map((engine) => engine.life()).filter((life) => life !== null);
    if (alive.length === 0) return;
    const life = draw.pick(alive);
    const { engine } = life;
    if (engine === null) return;
    const request = { to: life };
    this.#onTheWay.add(request);
    const isCarriedOut = (): boolean => this.#onTheWay.delete(request) && life.alive;
    const run = (): void => {
      act(engine).then(
        (value) => isCarriedOut() && to.answer(() => to.resolve(value)),
        (error: unknown) => isCarriedOut() && to.answer(() => to.reject(error)),
      );
    };
    scheduler.add({ at: scheduler.time + this.#latency(), owner: life, label: `${label} reaches ${life.name}`, run });
  }
}
