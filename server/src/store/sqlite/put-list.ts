/**
 * The queue items that one transition puts, gathered until all else is written: those that may begin are born leased.
 * Made and flushed by commit.ts, inside one transaction; must never outlive it.
 */
import type { Lane } from "../../domain/lane.ts";
import type { QueueItem, QueuePut } from "../../domain/queue-item.ts";
import type { Claim } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { memoryOf } from "./lane-memory.ts";
import { enterLane, leaseFromLanes } from "./lanes.ts";
import { isPaused } from "./pauses.ts";
import { type HeldItem, insertItem, leaseItem, markReady } from "./queue.ts";
import { isLimited } from "./queue-row.ts";
import { markRunning } from "./runs.ts";

export interface Flushed {
  claimed: QueueItem[];
  /** Earliest due time of what was not claimed; long ago for a lane that has got something to do. Null for none. */
  nextDueAt: number | null;
}

export interface PutList {
  add(items: readonly QueuePut[]): void;
  /** The item whose lease ended, put back already. */
  addBack(item: HeldItem, dueAt: number): void;
  /** Something that is in the queue already is due then. */
  dueAt(at: number): void;
  /** Forgets what was to be put for a run that has ended. */
  dropRun(runId: string): void;
  flush(claim: Claim | undefined): Flushed;
}

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

export function openPutList(database: Database): PutList {
  let entries: Entry[] = [];
  let forwardedTo: number | null = null;
  const wakeUps = memoryOf(database).wakeUps;
  return {
    add(items) {
      for (const put of items) {
        const { id, runId, functionId, dueAt, rank, lane } = put;
        entries.push({ id, runId, functionId, laneId: lane?.id ?? null, dueAt, rank, put });
      }
    },
    addBack(item, dueAt) {
      const { id, run_id: runId, function_id: functionId, lane_id: laneId, rank } = item;
      entries.push({ id, runId, functionId, laneId, dueAt, rank, put: null });
    },
    dueAt(at) {
      forwardedTo = at;
    },
    dropRun(runId) {
      entries = entries.filter((entry) => entry.runId !== runId);
    },
    flush(claim) {
      const flush = new Flush(database, claim);
      for (const entry of entries.length > 1 ? entries.sort(inOrder) : entries) flush.write(entry);
      if (memoryOf(database).wakeUps !== wakeUps) flush.serveLanes();
      if (forwardedTo !== null) flush.dueAt(forwardedTo);
      return { claimed: flush.claimed, nextDueAt: flush.nextDueAt };
    },
  };
}

function inOrder(a: Entry, b: Entry): number {
  const order = (entry: Entry): number => (entry.laneId === null ? entry.dueAt : entry.rank);
  return order(a) - order(b) || (a.id < b.id ? -1 : 1);
}

class Flush {
  readonly claimed: QueueItem[] = [];
  nextDueAt: number | null = null;
  readonly #database: Database;
  readonly #claim: Claim | undefined;
  readonly #entered = new Set<string>();

  constructor(database: Database, claim: Claim | undefined) {
    this.#database = database;
    this.#claim = claim;
  }

  write(entry: Entry): void {
    const isDue = this.#claim !== undefined && entry.dueAt <= this.#claim.now;
    const limited = isLimited(entry.laneId, entry.functionId);
    const held = entry.laneId !== null && isPaused(this.#database, entry.functionId);
    if (this.#claim !== undefined && isDue && !limited && !held && this.claimed.length < this.#claim.limit) {
      this.#lease(entry, this.#claim);
      return;
    }
    const isReady = isDue && entry.laneId !== null;
    if (entry.put !== null) {
      if (!insertItem(this.#database, entry.put, { ready: isReady, leasedUntil: null })) return;
    } else if (isReady) {
      markReady(this.#database, entry.id);
    }
    if (isReady || limited) this.#enter(entry, isReady);
    if (!isReady || (!limited && !held)) this.dueAt(entry.dueAt);
  }

  /** A lane with limits has got something to do, or a slot was freed: whose turn is it? */
  serveLanes(): void {
    const claim = this.#claim;
    const limit = (claim?.limit ?? 0) - this.claimed.length;
    if (claim === undefined || limit <= 0) {
      this.dueAt(0);
      return;
    }
    const { items, more } = leaseFromLanes(this.#database, { ...claim, limit });
    this.claimed.push(...items);
    if (more) this.dueAt(0);
    const { at } = this.#database.get<{ at: number | null }>(
      "SELECT min(not_before) AS at FROM lanes WHERE state = 3",
    ) ?? { at: null };
    if (at !== null) this.dueAt(at);
  }

  #lease(entry: Entry, claim: Claim): void {
    if (entry.put === null) {
      const item = leaseItem(this.#database, entry.id, claim);
      if (item !== null) this.claimed.push(item);
      return;
    }
    if (!insertItem(this.#database, entry.put, { ready: false, leasedUntil: claim.leaseUntil })) return;
    const { lane, ...put } = entry.put;
    if (put.kind === "start" && put.runId !== null) markRunning(this.#database, put.runId, claim.now);
    this.claimed.push({ ...put, laneId: lane?.id ?? null, fence: 1, crashes: 0, suspicion: 0, unreachable: null });
  }

  #enter(entry: Entry, isReady: boolean): void {
    const laneId = entry.laneId ?? "";
    const mark = `${isReady ? 1 : 0}${laneId}`;
    if (this.#entered.has(mark)) return;
    this.#entered.add(mark);
    const lane: Lane | string = entry.put?.lane ?? laneId;
    enterLane(this.#database, lane, entry.functionId, isReady);
  }

  dueAt(at: number): void {
    this.nextDueAt = this.nextDueAt === null ? at : Math.min(this.nextDueAt, at);
  }
}
