/**
 * Whether lanes take turns. Bounded: an engine may let a run go on for a few calls, and a lane's turn may come a little later, but
 * no lane waits forever while another is served.
 */
import type { QueueItem, QueuePut } from "../../domain/queue/queue-item.ts";
import type { Transition } from "../../domain/transition.ts";
import type { Claim, LeaseRequest } from "../../ports/store.ts";
import type { Life } from "../simulated-engine.ts";
import type { Violations } from "./violations.ts";
import type { Committed, StoreWitness } from "./watched-store.ts";

interface WaitingLane {
  /** Ids of items that are due, and their runs. */
  items: Map<string, string | null>;
  /** How often each other lane was served since this one was, or began to wait. */
  passed: Map<string, number>;
}

/** Calls that a run may make one after the other, and the one that gives its place up. */
const inARow = 6;
/** Turns that a lane may have before another that waits: its own, and those that it is owed. */
const turnsOwed = 2;

export class Turns implements StoreWitness {
  readonly #violations: Violations;
  /** Lanes of functions without limits, in which items wait that are due. */
  readonly #waiting = new Map<string, WaitingLane>();
  /** Items that were leased: of commits that are written together, one may be given what the next one put. */
  readonly #begun = new Set<string>();
  readonly #most: number;
  readonly #isPaused: () => boolean;

  /** @param places calls at once, of all engines together */
  constructor(violations: Violations, places: number, isPaused: () => boolean) {
    this.#violations = violations;
    this.#most = inARow * turnsOwed * places;
    this.#isPaused = isPaused;
  }

  committed(_life: Life, transition: Transition, result: Committed, claim: Claim | undefined): void {
    const { lease, run, sync } = transition;
    if (lease !== null) this.#forget(lease.itemId);
    // Items leave the queue with their function, and with their run.
    if (sync !== undefined) this.clear();
    const ended = run?.end === undefined ? result.cancelledRuns : [run.runId, ...result.cancelledRuns];
    for (const runId of ended) this.#dropRun(runId);
    const puts = putsOf(transition, result);
    const claimed = new Set(result.claimed.map(({ id }) => id));
    for (const put of puts)
      if (put.lane !== null && put.lane.id === put.functionId && !claimed.has(put.id) && put.dueAt <= (claim?.now ?? 0))
        this.#wait(put.lane.id, put.id, put.runId);
    for (const item of result.claimed) this.#serve(item);
  }

  leased(_life: Life, items: readonly QueueItem[], _request: LeaseRequest): void {
    for (const item of items) this.#serve(item);
  }

  extended(): void {}

  /** What waits may not wait any more. */
  clear(): void {
    this.#waiting.clear();
  }

  #wait(laneId: string, itemId: string, runId: string | null): void {
    if (this.#begun.has(itemId)) return;
    const lane = this.#waiting.get(laneId) ?? { items: new Map(), passed: new Map<string, number>() };
    lane.items.set(itemId, runId);
    this.#waiting.set(laneId, lane);
  }

  #forget(itemId: string): void {
    for (const [laneId, { items }] of this.#waiting)
      if (items.delete(itemId) && items.size === 0) this.#waiting.delete(laneId);
  }

  #dropRun(runId: string): void {
    for (const [laneId, { items }] of this.#waiting) {
      for (const [itemId, ofRun] of items) if (ofRun === runId) items.delete(itemId);
      if (items.size === 0) this.#waiting.delete(laneId);
    }
  }

  #serve({ id, laneId }: QueueItem): void {
    if (laneId === null) return;
    this.#begun.add(id);
    this.#forget(id);
    this.#waiting.get(laneId)?.passed.clear();
    if (this.#isPaused()) this.clear();
    for (const [waitingId, { passed, items }] of this.#waiting) {
      if (waitingId === laneId) continue;
      const times = (passed.get(laneId) ?? 0) + 1;
      passed.set(laneId, times);
      if (times !== this.#most) continue;
      const [first] = items.keys();
      const what = `lane ${laneId} was served ${times} times while ${first} of lane ${waitingId} waited`;
      this.#violations.add("lanes take turns", what);
    }
  }
}

/** Those that are put for sure: what steps put is left out where the run knows the step, or others are under way. */
function putsOf({ starts, puts }: Transition, { startedRuns, cancelledRuns }: Committed): QueuePut[] {
  const begun = (starts ?? []).filter(({ run }) => startedRuns.includes(run.id) && !cancelledRuns.includes(run.id));
  const started = begun.map(({ item }) => item);
  return [...started, ...(puts ?? [])];
}
