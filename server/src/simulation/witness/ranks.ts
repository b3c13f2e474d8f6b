/**
 * Whether the lowest rank of a lane goes first, which is what priority comes to: of runs that wait for the same limits, none begins
 * while one with a lower rank, which waits since before, does not.
 */
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { Transition } from "../../domain/transition.ts";
import type { Claim, LeaseRequest } from "../../ports/store.ts";
import type { Life } from "../simulated-engine.ts";
import type { Violations } from "./violations.ts";
import type { Committed, StoreWitness } from "./watched-store.ts";

export class Ranks implements StoreWitness {
  readonly #violations: Violations;
  /** Ranks of starts that are due and have not begun, by lane and item. */
  readonly #waiting = new Map<string, Map<string, number>>();
  /** Those that were leased: of commits that are written together, one may be given what the next one put. */
  readonly #begun = new Set<string>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  committed(_life: Life, transition: Transition, result: Committed, claim: Claim | undefined): void {
    const { run, sync, pause, starts } = transition;
    if (sync !== undefined || pause !== undefined) this.clear();
    const ended = run?.end === undefined ? result.cancelledRuns : [run.runId, ...result.cancelledRuns];
    for (const runId of ended) this.#forget(runId);
    for (const { run: started, item } of starts ?? []) {
      const { lane } = item;
      if (lane === null || !result.startedRuns.includes(started.id)) continue;
      if (item.dueAt > (claim?.now ?? 0) || this.#begun.has(item.id)) continue;
      // A singleton may have given way to the next within the commit.
      if (result.cancelledRuns.includes(started.id)) continue;
      this.#waiting.set(lane.id, (this.#waiting.get(lane.id) ?? new Map<string, number>()).set(item.id, item.rank));
    }
    // What a commit puts into the lane of a function without limits may begin in the place that it had, without a turn.
    this.#serve(result.claimed, ({ laneId, functionId }) => laneId !== functionId);
  }

  leased(_life: Life, items: readonly QueueItem[], _request: LeaseRequest): void {
    this.#serve(items, () => true);
  }

  extended(): void {}

  /** What waits may not wait any more. */
  clear(): void {
    this.#waiting.clear();
  }

  /** The item of its start has the id of its run. */
  #forget(runId: string): void {
    for (const items of this.#waiting.values()) items.delete(runId);
  }

  /** Of several that are leased at once none is before the others. */
  #serve(items: readonly QueueItem[], hadTurn: (item: QueueItem) => boolean): void {
    for (const { id, laneId } of items) {
      this.#begun.add(id);
      this.#waiting.get(laneId ?? "")?.delete(id);
    }
    for (const item of items) {
      const { id, laneId, rank, kind } = item;
      if (kind !== "start" || !hadTurn(item)) continue;
      for (const [waitingId, lower] of this.#waiting.get(laneId ?? "") ?? [])
        if (lower < rank)
          this.#violations.add(
            "lanes take turns",
            `${id} began before ${waitingId}, whose rank is ${rank - lower} lower`,
          );
    }
  }
}
