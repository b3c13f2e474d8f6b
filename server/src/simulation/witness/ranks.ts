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

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  committed(_life: Life, transition: Transition, result: Committed, claim: Claim | undefined): void {
    const { run, sync, pause, starts } = transition;
    if (run?.end !== undefined || sync !== undefined || pause !== undefined || result.cancelledRuns.length > 0)
      this.clear();
    // Of what one commit puts, none waited before another.
    this.#serve(result.claimed);
    const claimed = new Set(result.claimed.map(({ id }) => id));
    for (const { run: started, item } of starts ?? []) {
      const { lane } = item;
      // The lane of a function without limits lets a run go on before another begins.
      if (lane === null || lane.id === item.functionId || !result.startedRuns.includes(started.id)) continue;
      if (item.dueAt > (claim?.now ?? 0) || claimed.has(item.id)) continue;
      // A singleton may have given way to the next within the commit.
      if (result.cancelledRuns.includes(started.id)) continue;
      this.#waiting.set(lane.id, (this.#waiting.get(lane.id) ?? new Map<string, number>()).set(item.id, item.rank));
    }
  }

  leased(_life: Life, items: readonly QueueItem[], _request: LeaseRequest): void {
    this.#serve(items);
  }

  extended(): void {}

  /** What waits may not wait any more. */
  clear(): void {
    this.#waiting.clear();
  }

  /** Of several that are leased at once none is before the others. */
  #serve(items: readonly QueueItem[]): void {
    for (const { id, laneId } of items) this.#waiting.get(laneId ?? "")?.delete(id);
    for (const { id, laneId, rank, kind } of items) {
      if (kind !== "start") continue;
      for (const [waitingId, lower] of this.#waiting.get(laneId ?? "") ?? [])
        if (lower < rank)
          this.#violations.add(
            "lanes take turns",
            `${id} began before ${waitingId}, whose rank is ${rank - lower} lower`,
          );
    }
  }
}
