/**
 * The rows that one commit touches, of one transition or of a group of them: read once from a source, changed in memory, and
 * told to the store in the end as new, changed or gone. source.ts says how a store uses it.
 * Made by a store for each commit, handed to the rules, thrown away after it. Must never outlive the transaction it is for.
 */
import type { AttemptRecord } from "../domain/step.ts";
import type { Changes } from "./changes.ts";
import { AppSet } from "./set/app-set.ts";
import { EventSet } from "./set/event-set.ts";
import { GatheredSet } from "./set/gathered-set.ts";
import { ItemSet } from "./set/item-set.ts";
import { LaneSet } from "./set/lane-set.ts";
import { LimitSet } from "./set/limit-set.ts";
import { OperatorSet } from "./set/operator-set.ts";
import { RunSet, StepSet } from "./set/run-set.ts";
import { SlotSet } from "./set/slot-set.ts";
import { WaitSet } from "./set/wait-set.ts";
import type { Source } from "./source.ts";

export class WorkingSet {
  readonly runs: RunSet;
  readonly steps: StepSet;
  readonly events: EventSet;
  readonly items: ItemSet;
  readonly lanes: LaneSet;
  readonly slots: SlotSet;
  readonly limits: LimitSet;
  readonly gathered: GatheredSet;
  readonly waits: WaitSet;
  readonly apps: AppSet;
  readonly operations: OperatorSet;
  readonly attempts: AttemptRecord[] = [];
  /** The turn of the lane that was served last: where lanes begin that have just come. */
  virtualTime: number;
  /** Grows when a lane with limits may have got something to do. */
  wakeUps = 0;

  constructor(source: Source, virtualTime: number) {
    this.runs = new RunSet(source);
    this.steps = new StepSet(source);
    this.events = new EventSet(source);
    this.items = new ItemSet(source);
    this.lanes = new LaneSet(source);
    this.slots = new SlotSet(source);
    this.limits = new LimitSet(source);
    this.gathered = new GatheredSet(source);
    this.waits = new WaitSet(source);
    this.apps = new AppSet(source);
    this.operations = new OperatorSet(source);
    this.virtualTime = virtualTime;
  }

  /** What is to be written. */
  changes(): Changes {
    return {
      runs: this.runs.changes(),
      steps: this.steps.changes(),
      attempts: this.attempts,
      events: this.events.added(),
      refusals: this.events.refusals(),
      items: this.items.changes(),
      lanes: this.lanes.changes(),
      slots: this.slots.slotChanges(),
      throttles: this.slots.throttleChanges(),
      runSlots: this.slots.runSlotChanges(),
      ...this.limits.changes(),
      ...this.gathered.changes(),
      waits: this.waits.changes(),
      waitCounters: this.waits.counters(),
      ...this.apps.changes(),
      ...this.operations.changes(),
      virtualTime: this.virtualTime,
    };
  }
}

/** `virtualTime`: as the last commit of this store left it; 0 before the first. */
export function openWorkingSet(source: Source, { virtualTime }: { virtualTime: number }): WorkingSet {
  return new WorkingSet(source, virtualTime);
}
