/**
 * The queue items that one transition puts, gathered until all else is decided: those that may begin are born leased.
 * Made and flushed by apply-transition.ts.
 */
import type { Claim } from "../../domain/commit-result.ts";
import { isLimited, type Lane } from "../../domain/queue/lane.ts";
import type { QueueItem, QueuePut } from "../../domain/queue/queue-item.ts";
import { isPaused } from "../pauses.ts";
import type { HeldItem } from "../rows.ts";
import { markRunning } from "../runs.ts";
import { itemOf } from "../set/item-set.ts";
import type { WorkingSet } from "../working-set.ts";
import { enterLane } from "./enter-lane.ts";
import { leaseReady, nextThrottledAt, type Turn } from "./take-turns.ts";

interface Entry {
  id: string;
  runId: string | null;
  functionId: string;
  laneId: string | null;
  dueAt: number;
  rank: number;
  /** Null for an item that is in the queue already. */
  put: QueuePut | null;
}

export class PutList {
  readonly #set: WorkingSet;
  #entries: Entry[] = [];

  constructor(set: WorkingSet) {
    this.#set = set;
  }

  add(items: readonly QueuePut[]): void {
    for (const put of items) {
      const { id, runId, functionId, dueAt, rank, lane } = put;
      this.#entries.push({ id, runId, functionId, laneId: lane?.id ?? null, dueAt, rank, put });
    }
  }

  /** The item whose lease ended, put back already. */
  addBack({ id, runId, functionId, laneId, rank }: HeldItem, dueAt: number): void {
    this.#entries.push({ id, runId, functionId, laneId, dueAt, rank, put: null });
  }

  /** Forgets what was to be put for a run that has ended. */
  dropRun(runId: string): void {
    this.#entries = this.#entries.filter((entry) => entry.runId !== runId);
  }

  flush(claim: Claim | undefined): Flush {
    const flush = new Flush(this.#set, claim);
    const entries = this.#entries.length > 1 ? this.#entries.sort(inOrder) : this.#entries;
    for (const entry of entries) flush.write(entry);
    return flush;
  }
}

function inOrder(a: Entry, b: Entry): number {
  const order = (entry: Entry): number => (entry.laneId === null ? entry.dueAt : entry.rank);
  return order(a) - order(b) || (a.id < b.id ? -1 : 1);
}

/** What has become of the items. */
export class Flush {
  readonly claimed: QueueItem[] = [];
  /** Earliest due time of what was not claimed; long ago for a lane that has got something to do. Null for none. */
  nextDueAt: number | null = null;
  readonly #set: WorkingSet;
  readonly #claim: Claim | undefined;
  readonly #entered = new Set<string>();

  constructor(set: WorkingSet, claim: Claim | undefined) {
    this.#set = set;
    this.#claim = claim;
  }

  write(entry: Entry): void {
    const claim = this.#claim;
    const isDue = claim !== undefined && entry.dueAt <= claim.now;
    const limited = isLimited(entry.laneId, entry.functionId);
    const held = entry.laneId !== null && isPaused(this.#set, entry.functionId);
    if (isDue && !limited && !held && this.claimed.length < claim.limit) {
      this.#lease(entry, claim);
      return;
    }
    const isReady = isDue && entry.laneId !== null;
    if (entry.put !== null) {
      if (this.#set.items.has(entry.id)) return;
      this.#set.items.add({ put: entry.put, laneId: entry.laneId, ready: isReady, leasedUntil: null, fence: 0 });
    } else if (isReady) {
      this.#set.items.markReady(entry.id);
    }
    if (isReady || limited) this.#enter(entry, isReady);
    if (!isReady || (!limited && !held)) this.dueAt(entry.dueAt);
  }

  /** How many more the claim has room for. */
  get room(): number {
    return (this.#claim?.limit ?? 0) - this.claimed.length;
  }

  /** Takes what lanes gave in their turns. Without a claim that had room there was none. */
  addTurn(turn: Turn | null): void {
    if (turn === null) {
      this.dueAt(0);
      return;
    }
    this.claimed.push(...turn.items);
    if (turn.more) this.dueAt(0);
    const throttledAt = nextThrottledAt(this.#set);
    if (throttledAt !== null) this.dueAt(throttledAt);
  }

  dueAt(at: number): void {
    this.nextDueAt = this.nextDueAt === null ? at : Math.min(this.nextDueAt, at);
  }

  #lease(entry: Entry, claim: Claim): void {
    const { id, put, laneId } = entry;
    if (put === null) {
      const item = this.#set.items.get(id);
      if (item !== null) this.claimed.push(leaseReady(this.#set, item, claim));
      return;
    }
    if (this.#set.items.has(id)) return;
    if (put.kind === "start") markRunning(this.#set, put.runId, claim.now);
    const added = { put, laneId, ready: false, leasedUntil: claim.leaseUntil, fence: 1 };
    this.#set.items.add(added);
    this.claimed.push(itemOf(added));
  }

  #enter(entry: Entry, isReady: boolean): void {
    const laneId = entry.laneId ?? "";
    const mark = `${isReady ? 1 : 0}${laneId}`;
    if (this.#entered.has(mark)) return;
    this.#entered.add(mark);
    const lane: Lane | string = entry.put?.lane ?? laneId;
    enterLane(this.#set, lane, entry.functionId, isReady);
  }
}
