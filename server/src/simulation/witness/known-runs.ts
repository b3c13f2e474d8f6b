/**
 * What every witness needs to know of the runs of a world, gathered from what was committed: where each came from, what its steps
 * gave, and whether it has ended. Says so when a committed write contradicts one before it.
 */
import type { EventRecord } from "../../domain/event.ts";
import type { Slot, Throttle } from "../../domain/queue/lane.ts";
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { EndedStatus } from "../../domain/run/run.ts";
import type { WaitRecord } from "../../domain/run/wait.ts";
import type { RunStart, StepPlan, Transition } from "../../domain/transition.ts";
import type { EventData } from "../senders.ts";
import type { Life } from "../simulated-engine.ts";
import type { Violations } from "./violations.ts";
import type { Committed, StoreWitness } from "./watched-store.ts";

export interface KnownRun {
  id: string;
  functionId: string;
  eventIds: readonly string[];
  queuedAt: number;
  slots: readonly Slot[];
  runSlots: readonly Slot[];
  throttle: Throttle | null;
  singletonKey: string | null;
  isRepeat: boolean;
  /** Null while it is open. */
  ended: EndedStatus | null;
  /** Ids of steps that it knows, and the memos of those that have ended, as they were first committed. */
  steps: Map<string, string | null>;
  waits: WaitRecord[];
}

export interface KnownEvent extends EventData {
  name: string;
  receivedAt: number;
  /** Place in the order of writes at which it was stored. */
  storedAt: number;
}

export class KnownRuns implements StoreWitness {
  readonly runs: Map<string, KnownRun> = new Map();
  readonly events: Map<string, KnownEvent> = new Map();
  /** Events whose sender's own id had come before. */
  readonly repeats: Set<string> = new Set();
  /** How many writes and leases there were: the order of things. */
  order = 0;
  readonly #violations: Violations;
  readonly #endedAt = new Map<string, number>();
  readonly #ownIds = new Set<string>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** Place in the order of writes at which a step ended; null while it has not. */
  endedAt(runId: string, stepId: string): number | null {
    return this.#endedAt.get(`${runId} ${stepId}`) ?? null;
  }

  committed(_life: Life, transition: Transition, result: Committed): void {
    this.order += 1;
    for (const event of [...(transition.events ?? []), ...(transition.copies ?? [])]) this.#addEvent(event);
    this.#checkOpen(transition);
    for (const plan of transition.plans ?? []) this.#plan(plan);
    const planned = (transition.plans ?? []).flatMap(({ starts }) => starts ?? []);
    for (const start of [...(transition.starts ?? []), ...planned]) this.#start(start, result);
    for (const { step } of transition.ends ?? []) this.#endStep(step.runId, step.id, step.memo ?? "null");
    for (const runId of result.cancelledRuns) this.#end(runId, "Cancelled");
    if (transition.run?.end !== undefined) this.#end(transition.run.runId, transition.run.end.status);
  }

  leased(_life: Life, _items: readonly QueueItem[]): void {
    this.order += 1;
  }

  extended(): void {}

  #addEvent({ internalId, id, name, data, receivedAt }: EventRecord): void {
    if (this.events.has(internalId)) return;
    const ownId = `${name} ${id}`;
    if (this.#ownIds.has(ownId)) this.repeats.add(internalId);
    this.#ownIds.add(ownId);
    const { n = 0, k = 0 } = JSON.parse(data) as Partial<EventData>;
    this.events.set(internalId, { name, n, k, receivedAt, storedAt: this.order });
  }

  #start(start: RunStart, { startedRuns, skippedRuns }: Committed): void {
    const { run, item, singleton, remembered } = start;
    const isSkipped = skippedRuns.includes(run.id);
    if (!isSkipped && !startedRuns.includes(run.id)) return;
    if (this.runs.has(run.id)) this.#violations.add("states are legal", `run ${run.id} was started twice`);
    this.runs.set(run.id, {
      id: run.id,
      functionId: run.functionId,
      eventIds: run.eventIds,
      queuedAt: run.queuedAt,
      slots: run.slots,
      runSlots: item.lane?.runSlots ?? [],
      throttle: item.lane?.throttle ?? null,
      singletonKey: singleton?.key ?? null,
      isRepeat: run.originalRunId !== null,
      ended: isSkipped ? "Skipped" : null,
      steps: new Map((remembered ?? []).map(({ id, memo }) => [id, memo])),
      waits: [],
    });
  }

  #checkOpen({ openRun, ends, run }: Transition): void {
    const runId = openRun ?? run?.runId ?? ends?.[0]?.step.runId;
    const known = runId === undefined ? undefined : this.runs.get(runId);
    if (known !== undefined && known.ended !== null && openRun !== undefined)
      this.#violations.add(
        "nothing runs after its end",
        `a write for run ${runId} was taken after its end (${known.ended})`,
      );
  }

  #plan({ step, waits, events }: StepPlan): void {
    const run = this.runs.get(step.runId);
    if (run === undefined || run.steps.has(step.id)) return;
    run.steps.set(step.id, null);
    for (const event of events ?? []) this.#addEvent(event);
    for (const { wait } of waits ?? []) run.waits.push(wait);
  }

  /** The first one counts. */
  #endStep(runId: string, stepId: string, memo: string): void {
    const run = this.runs.get(runId);
    if (run === undefined || (run.steps.get(stepId) ?? null) !== null) return;
    run.steps.set(stepId, memo);
    this.#endedAt.set(`${runId} ${stepId}`, this.order);
  }

  #end(runId: string, status: EndedStatus): void {
    const run = this.runs.get(runId);
    if (run === undefined) return;
    if (run.ended !== null)
      this.#violations.add("states are legal", `run ${runId} ended as ${run.ended}, and again as ${status}`);
    run.ended ??= status;
  }
}
