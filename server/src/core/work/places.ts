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
   * While others wait, new work does not push in, and a run does not keep its place forever.
   */
  claimLimit(transition: Transition, kind: CommitKind): number {
    if (!this.active || (this.backlog && (kind === "new" || !this.#mayKeep(transition)))) return 0;
    const vacated = transition.lease !== null && transition.settle?.kind !== "keep" ? 1 : 0;
    const free = Math.max(this.free(), kind === "continues" ? vacated : 0);
    return Math.min(countPuts(transition) + vacated, free);
  }

  /**
   * While others wait, a place goes on only from call to call of a lane that had its turn. The engine's own items need no turn, so
   * what they put gets in line: else those whose runs wake one after the other would never leave the place to anybody.
   */
  #mayKeep(transition: Transition): boolean {
    const { lease } = transition;
    if (lease === null || this.inARow(transition) >= callsInARow - 1) return false;
    return (this.#underWay.item(lease.itemId)?.laneId ?? null) !== null;
  }
}

/** How many items a transition may put that are due at once; more than that does not matter. */
function countPuts(transition: Transition): number {
  const { starts, debounces, batches, plans, puts, waitTakes, putWhenIdle, events } = transition;
  const lists = [starts, debounces, batches, plans, puts, waitTakes];
  const listed = lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
  return listed + (putWhenIdle === undefined ? 0 : 1) + (events === undefined ? 0 : 1);
}
