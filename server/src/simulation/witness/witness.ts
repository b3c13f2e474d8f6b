/** All witnesses of a world together: they share what they know, and write down what must not happen. Made by world. */
import type { Store } from "../../ports/store.ts";
import { type Profile, spoilsAttempts } from "../profile.ts";
import type { SimulatedFunction } from "../programs/draw-functions.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Acknowledged } from "../senders.ts";
import type { Life } from "../simulated-engine.ts";
import type { Trace } from "../trace.ts";
import { AppCalls } from "./app-calls.ts";
import { KnownRuns } from "./known-runs.ts";
import { Leases } from "./leases.ts";
import { Limits } from "./limits.ts";
import { checkPromises } from "./promises.ts";
import { Ranks } from "./ranks.ts";
import { Turns } from "./turns.ts";
import { Violations } from "./violations.ts";
import { watchStore } from "./watched-store.ts";

export interface WitnessOptions {
  scheduler: Scheduler;
  trace: Trace;
  profile: Profile;
  /** Calls at once, of all engines together. */
  places: number;
  /** Whether several engines work on the state at once. */
  isShared: boolean;
  isPaused(): boolean;
}

/** What was promised to those outside. */
export interface Promised {
  functions: readonly SimulatedFunction[];
  acknowledged: readonly Acknowledged[];
  signalled: readonly { runId: string; data: number }[];
  skips: boolean;
}

export class Witness {
  readonly violations: Violations;
  readonly calls: AppCalls;
  readonly known: KnownRuns;
  readonly #isShared: boolean;
  readonly #leases: Leases;
  readonly #limits: Limits;
  readonly #turns: Turns;
  readonly #ranks: Ranks;

  constructor({ scheduler, trace, profile, places, isShared, isPaused }: WitnessOptions) {
    const violations = new Violations(scheduler, trace);
    const known = new KnownRuns(violations);
    const leases: Leases = new Leases(violations, known, scheduler, (lease, now) => limits.granted(lease, now));
    const limits = new Limits(violations, known, { held: leases.held, scheduler });
    const shares = [profile.callsDoubled, profile.storeFails, profile.storeFailsLate];
    const repeats = spoilsAttempts(profile) || shares.some((share) => share > 0);
    this.violations = violations;
    this.known = known;
    this.calls = new AppCalls({ violations, known, leases, scheduler, repeats });
    this.#isShared = isShared;
    this.#leases = leases;
    this.#limits = limits;
    this.#turns = new Turns(violations, places, isPaused);
    this.#ranks = new Ranks(violations);
  }

  watch(store: Store, life: Life): Store {
    return watchStore(store, life, [this.known, this.#leases, this.#limits, this.#turns, this.#ranks]);
  }

  died(life: Life): void {
    this.#turns.clear();
    this.#ranks.clear();
    if (!this.#isShared) this.#leases.forget(life);
  }

  /** When everything has come to rest. */
  async check(store: Store, promised: Promised): Promise<void> {
    this.#limits.checkRates(promised.functions);
    await checkPromises({ store, violations: this.violations, known: this.known, ...promised });
  }
}
