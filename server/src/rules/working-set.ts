/**
 * The rows that one commit touches, of one transition or of a group of them: read once from a source, changed in memory, and
 * told to the store in the end as new, changed or gone. source.ts says how a store uses it.
 * Made by a store for each commit, handed to the rules, thrown away after it. Must never outlive the transaction it is for.
 * Most commits touch a few tables, so the parts are made when they are first asked for.
 */
import type { Tally } from "../domain/metrics/tally.ts";
import type { LogRecord } from "../domain/run/run-log.ts";
import type { AttemptRecord } from "../domain/run/step.ts";
import type { Changes } from "./changes.ts";
import { AppSet } from "./set/app-set.ts";
import { EventSet } from "./set/event-set.ts";
import { GatheredSet } from "./set/gathered-set.ts";
import { ItemSet } from "./set/item-set.ts";
import { LaneSet } from "./set/lane-set.ts";
import { LimitSet } from "./set/limit-set.ts";
import { OperatorSet } from "./set/operator-set.ts";
import { OverrideSet } from "./set/override-set.ts";
import { PauseSet } from "./set/pause-set.ts";
import { noPuts, noRows } from "./set/row-table.ts";
import { RunSet, StepSet } from "./set/run-set.ts";
import { SlotSet } from "./set/slot-set.ts";
import { WaitSet } from "./set/wait-set.ts";
import type { Source } from "./source.ts";

const none: readonly never[] = [];
const noSlots = { slots: noPuts, throttles: noPuts, runSlots: noRows };
const noLimits = { rateLimits: noPuts, rateLimitHits: none, forgottenHits: none };
const nothingGathered = { debounces: noPuts, batches: noRows, batchEvents: none };
const noApps = { apps: noPuts, functions: noRows };
const noOperations = { deadLetters: noRows, bulkJobs: noRows, metadata: noPuts, schedules: noPuts };

export class WorkingSet {
  readonly #source: Source;
  #runs: RunSet | null = null;
  #steps: StepSet | null = null;
  #events: EventSet | null = null;
  #items: ItemSet | null = null;
  #lanes: LaneSet | null = null;
  #slots: SlotSet | null = null;
  #limits: LimitSet | null = null;
  #gathered: GatheredSet | null = null;
  #waits: WaitSet | null = null;
  #apps: AppSet | null = null;
  #pauses: PauseSet | null = null;
  #overrides: OverrideSet | null = null;
  #operations: OperatorSet | null = null;
  readonly attempts: AttemptRecord[] = [];
  readonly logs: LogRecord[] = [];
  /** What has happened, to be counted. */
  readonly tallies: Tally[] = [];
  /** The turn of the lane that was served last: where lanes begin that have just come. */
  virtualTime: number;
  /** Grows when a lane with limits may have got something to do. */
  wakeUps = 0;

  /** False where rows are guessed: a version that is not known is never another. */
  readonly knowsVersions: boolean;
  /** Of what apps serve, as the transaction has read it. */
  readonly registryVersion: number;
  /** Commits of this set that have changed what apps serve: what rests on what was before them is old for those that follow. */
  registryMoves = 0;

  constructor(source: Source, { virtualTime, registryVersion }: SetOptions) {
    this.#source = source;
    this.virtualTime = virtualTime;
    this.knowsVersions = registryVersion !== null;
    this.registryVersion = registryVersion ?? 0;
  }

  get runs(): RunSet {
    this.#runs ??= new RunSet(this.#source);
    return this.#runs;
  }

  get steps(): StepSet {
    this.#steps ??= new StepSet(this.#source);
    return this.#steps;
  }

  get events(): EventSet {
    this.#events ??= new EventSet(this.#source);
    return this.#events;
  }

  get items(): ItemSet {
    this.#items ??= new ItemSet(this.#source);
    return this.#items;
  }

  get lanes(): LaneSet {
    this.#lanes ??= new LaneSet(this.#source);
    return this.#lanes;
  }

  get slots(): SlotSet {
    this.#slots ??= new SlotSet(this.#source);
    return this.#slots;
  }

  get limits(): LimitSet {
    this.#limits ??= new LimitSet(this.#source);
    return this.#limits;
  }

  get gathered(): GatheredSet {
    this.#gathered ??= new GatheredSet(this.#source);
    return this.#gathered;
  }

  get waits(): WaitSet {
    this.#waits ??= new WaitSet(this.#source);
    return this.#waits;
  }

  get apps(): AppSet {
    this.#apps ??= new AppSet(this.#source);
    return this.#apps;
  }

  get pauses(): PauseSet {
    this.#pauses ??= new PauseSet(this.#source);
    return this.#pauses;
  }

  get overrides(): OverrideSet {
    this.#overrides ??= new OverrideSet(this.#source);
    return this.#overrides;
  }

  get operations(): OperatorSet {
    this.#operations ??= new OperatorSet(this.#source);
    return this.#operations;
  }

  /** What is to be written. */
  changes(): Changes {
    const { slots, throttles, runSlots } = this.#slots?.changes() ?? noSlots;
    const { rateLimits, rateLimitHits, forgottenHits } = this.#limits?.changes() ?? noLimits;
    const { debounces, batches, batchEvents } = this.#gathered?.changes() ?? nothingGathered;
    const { apps, functions } = this.#apps?.changes() ?? noApps;
    const { deadLetters, bulkJobs, metadata, schedules } = this.#operations?.changes() ?? noOperations;
    return {
      runs: this.#runs?.changes() ?? noRows,
      steps: this.#steps?.changes() ?? noRows,
      attempts: this.attempts,
      logs: this.logs,
      tallies: this.tallies,
      events: this.#events?.added() ?? none,
      refusals: this.#events?.refusals() ?? none,
      items: this.#items?.changes() ?? noRows,
      lanes: this.#lanes?.changes() ?? noRows,
      slots,
      throttles,
      runSlots,
      rateLimits,
      rateLimitHits,
      forgottenHits,
      debounces,
      batches,
      batchEvents,
      waits: this.#waits?.changes() ?? noRows,
      waitCounters: this.#waits?.counters() ?? none,
      apps,
      functions,
      pauses: this.#pauses?.changes() ?? noPuts,
      limitOverrides: this.#overrides?.changes() ?? noPuts,
      deadLetters,
      bulkJobs,
      metadata,
      schedules,
      virtualTime: this.virtualTime,
    };
  }
}

export interface SetOptions {
  /** As the last commit of this store left it; 0 before the first. */
  virtualTime: number;
  /** Of what apps serve. Null: neither this nor the versions of runs are known. */
  registryVersion: number | null;
}

export function openWorkingSet(source: Source, options: SetOptions): WorkingSet {
  return new WorkingSet(source, options);
}
