/** How many items this engine works on at once, and who gets a place that becomes free. Asked by the committer and the lease loop. */
import type { Transition } from "../../domain/transition.ts";
import type { UnderWay } from "./under-way.ts";

/** Calls that a run may make one after the other while others wait for a place; then its place goes to whose turn it is. */
const callsInARow = 5;

/**
 * Who commits: `new` work waits its turn when there is a backlog, work that `continues` a run takes over
 * the place of the item that it settles.
 */
export type CommitKind = "new" | "continues";

export class Places {
  /** Whether due items may lie in the queue that no place was free for. */
  backlog = false;
  /** Whether anything may begin. */
  active = false;
  readonly #total: number;
  readonly #underWay: UnderWay;
  /** To commits that are being written. */
  #promised = 0;

  constructor(total: number, underWay: UnderWay) {
    this.#total = total;
    this.#underWay = underWay;
  }

  free(): number {
    return this.#total - this.#underWay.size - this.#promised;
  }

  promise(count: number): void {
    this.#promised += count;
  }

  /** How many items had the place before that a transition settles. */
  inARow({ lease }: Transition): number {
    return lease === null ? 0 : this.#underWay.inARow(lease.itemId);
  }

  /**
   * No more than what it may put, and one for a place that it vacates: a slot that becomes free with it lets another in.
   * While others wait, new work does not push in, and a run does not keep its place for ever.
   */
  claimLimit(transition: Transition, kind: CommitKind): number {
    if (!this.active || (kind === "new" && this.backlog)) return 0;
    if (this.backlog && this.inARow(transition) >= callsInARow - 1) return 0;
    const vacated = transition.lease !== null && transition.settle?.kind !== "keep" ? 1 : 0;
    const free = Math.max(this.free(), kind === "continues" ? vacated : 0);
    return Math.min(countPuts(transition) + vacated, free);
  }
}

/** How many items a transition may put that are due at once; more than that does not matter. */
function countPuts(transition: Transition): number {
  const { starts, debounces, batches, plans, puts, waitTakes, putWhenIdle, events } = transition;
  const lists = [starts, debounces, batches, plans, puts, waitTakes];
  const listed = lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
  return listed + (putWhenIdle === undefined ? 0 : 1) + (events === undefined ? 0 : 1);
}
