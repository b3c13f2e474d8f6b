/**
 * The queue items of a working set. What is asked for is what is stored, less what the set has taken, plus what it has put.
 * Made by working-set.ts. Must never decide what becomes of an item: put-list.ts, turns.ts and others do.
 */
import type { LeaseToken, QueueItem } from "../../domain/queue/queue-item.ts";
import { matchIdRange } from "../../domain/queue/queue-puts.ts";
import type { Changed, ItemFields, NewItem, TableChanges } from "../changes.ts";
import type { DueItem, FreedItem, HeldItem, Rows, RunItem } from "../rows.ts";
import type { Source } from "../source.ts";

interface Entry {
  /** A new item. */
  added: NewItem | null;
  /** What has changed of one that is there. */
  fields: Partial<ItemFields> | null;
  /** Whether one that was there, or may have been, is gone. */
  removed: boolean;
}

export class ItemSet {
  readonly #source: Source;
  readonly #entries = new Map<string, Entry>();
  /** By lane: free items that this set has made ready. */
  #ready: Map<string, Map<string, QueueItem>> | null = null;
  /** By lane: how many of the stored ready items this set has leased. */
  #leased: Map<string, number> | null = null;
  /** By lane: its stored ready items, as far as they were asked for. */
  #stored: Map<string, Rows<QueueItem>> | null = null;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Null when the lease is lost. */
  held(token: LeaseToken): HeldItem | null {
    const entry = this.#entries.get(token.itemId);
    if (entry === undefined) return this.#source.heldItem(token);
    // What this set has put, put back or leased anew, nobody has been told of yet: the lease that is shown is an older one.
    const { fields } = entry;
    return fields === null || fields.leasedUntil === null || fields.fence !== undefined
      ? null
      : this.#source.heldItem(token);
  }

  has(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return this.#source.hasItem({ id });
    return entry.added !== null || entry.fields !== null;
  }

  /** Null when it is not there. */
  dueAt(id: string): number | null {
    const entry = this.#entries.get(id);
    if (entry === undefined) return this.#source.itemDueAt({ id });
    return entry.added?.put.dueAt ?? entry.fields?.dueAt ?? (isGone(entry) ? null : this.#source.itemDueAt({ id }));
  }

  /** Its due time, of an item that is free and waits for that time; null for any other. */
  laterDueAt(id: string): number | null {
    const entry = this.#entries.get(id);
    if (entry === undefined) return this.#source.laterItem({ id });
    if (isGone(entry)) return null;
    const { ready, leasedUntil } = entry.added ?? entry.fields ?? {};
    return leasedUntil === null && ready === false ? this.dueAt(id) : null;
  }

  ofRun(runId: string): RunItem[] {
    const items: RunItem[] = this.#source.itemsOfRun({ runId }).flatMap((stored) => {
      const entry = this.#entries.get(stored.id);
      if (entry === undefined) return [stored];
      const { fields } = entry;
      if (fields === null) return [];
      const isLeased = fields.leasedUntil === undefined ? stored.isLeased : fields.leasedUntil !== null;
      return [{ ...stored, isLeased, ...pickLane(fields) }];
    });
    for (const { added } of this.#entries.values()) {
      if (added?.put.runId !== runId) continue;
      const { put, laneId, leasedUntil } = added;
      items.push({ id: put.id, functionId: put.functionId, laneId, isLeased: leasedUntil !== null });
    }
    return items;
  }

  /** Ids. */
  cronsOf(functionId: string): string[] {
    const ids = this.#source.cronItems({ functionId }).filter((id) => !this.#isTaken(id));
    for (const { added } of this.#entries.values()) {
      if (added?.put.kind === "cron" && added.put.functionId === functionId) ids.push(added.put.id);
    }
    return ids;
  }

  /**
   * Whether events of a name that came before a time are still compared with waits. One that this set has taken counts, if it was
   * stored: who asks then asks again.
   */
  isMatching(event: string, before: number): boolean {
    const { first } = matchIdRange(event);
    for (const { added } of this.#entries.values())
      if (added?.put.id.startsWith(first) && added.put.rank < before) return true;
    return this.#source.isMatching({ event, before });
  }

  /** Free items of a lane whose time has come, by rank and id. */
  ready(laneId: string, limit: number): Rows<QueueItem> {
    let wanted = limit + (this.#leased?.get(laneId) ?? 0);
    let stored = this.#storedReady(laneId, wanted);
    let left = stored.rows.filter(({ id }) => !this.#isTouched(id));
    // Items of runs that have ended are gone from lanes that nobody counted them in.
    while (left.length < limit && stored.rows.length >= wanted) {
      wanted = 2 * wanted + 1;
      stored = this.#storedReady(laneId, wanted);
      left = stored.rows.filter(({ id }) => !this.#isTouched(id));
    }
    const own = this.#ready?.get(laneId);
    const all = own === undefined || own.size === 0 ? left : [...left, ...own.values()].sort(byRank);
    return { rows: all.slice(0, limit), complete: stored.complete && all.length <= limit };
  }

  /** Of those that nothing was done to yet: leased, and their lease has run out. */
  expired(now: number, limit: number): readonly FreedItem[] {
    return this.#source.expiredItems({ now, limit }).rows.filter(({ id }) => !this.#isTouched(id));
  }

  /** Of those that nothing was done to yet: free items of lanes that are due and not yet ready. */
  due(now: number, limit: number): readonly DueItem[] {
    return this.#source.dueItems({ now, limit }).rows.filter(({ id }) => !this.#isTouched(id));
  }

  /** Of those that nothing was done to yet: free items of no lane that are due. */
  ownDue(now: number, limit: number): readonly QueueItem[] {
    return this.#source.ownDueItems({ now, limit }).rows.filter(({ id }) => !this.#isTouched(id));
  }

  /** For an id that is not there. */
  add(added: NewItem): void {
    const entry = this.#enter(added.put.id);
    entry.added = added;
    entry.fields = null;
    if (added.ready && added.leasedUntil === null) this.#noteReady(itemOf(added));
  }

  /** Whether it is there or not. */
  remove(id: string): void {
    const entry = this.#enter(id);
    if (entry.added?.ready === true) this.#unready(id, entry.added.laneId);
    entry.added = null;
    entry.fields = null;
    entry.removed = true;
  }

  /** For one that is there. */
  change(id: string, fields: Partial<ItemFields>): void {
    const entry = this.#enter(id);
    if (entry.added === null) entry.fields = { ...entry.fields, ...fields };
    else {
      const { laneId, ready, leasedUntil, fence } = { ...entry.added, ...fields };
      const { attempt, dueAt } = { ...entry.added.put, ...fields };
      entry.added = { put: { ...entry.added.put, attempt, dueAt }, laneId, ready, leasedUntil, fence };
    }
  }

  /** An item that waited for its time waits for its turn from now on. */
  markReady(id: string): void {
    this.change(id, { ready: true });
    const item = this.get(id);
    if (item !== null) this.#noteReady(item);
  }

  /** For one that is free, as it was given out. `laneId`: the lane it is in from now on. */
  lease(item: QueueItem, leaseUntil: number, laneId: string | null = item.laneId): QueueItem {
    const fence = item.fence + 1;
    const isOwn = this.#unready(item.id, item.laneId);
    if (!isOwn && item.laneId !== null) this.#countLeased(item.laneId);
    this.change(item.id, { leasedUntil: leaseUntil, fence, ...(laneId !== item.laneId && { laneId }) });
    return { ...item, fence, laneId };
  }

  /** All of an item that is there. */
  get(id: string): QueueItem | null {
    const entry = this.#entries.get(id);
    if (entry === undefined) return this.#source.item({ id });
    if (entry.added !== null) return itemOf(entry.added);
    const stored = entry.fields === null ? null : this.#source.item({ id });
    return stored === null ? null : withFields(stored, entry.fields ?? {});
  }

  changes(): TableChanges<string, NewItem, ItemFields> {
    const removed: string[] = [];
    const changed: Changed<string, ItemFields>[] = [];
    const added: NewItem[] = [];
    for (const [key, entry] of this.#entries) {
      if (entry.removed) removed.push(key);
      if (entry.added !== null) added.push(entry.added);
      else if (entry.fields !== null) changed.push({ key, fields: entry.fields });
    }
    return { removed, changed, added };
  }

  /** At least `wanted`, or all. Who asks again asks for twice as many, so that a group does not read the same rows for each of its commits. */
  #storedReady(laneId: string, wanted: number): Rows<QueueItem> {
    const known = this.#stored?.get(laneId);
    if (known !== undefined && (known.complete || known.rows.length >= wanted)) return known;
    const stored = this.#source.readyItems({ laneId, limit: known === undefined ? wanted : 2 * wanted });
    this.#stored ??= new Map();
    this.#stored.set(laneId, stored);
    return stored;
  }

  #countLeased(laneId: string): void {
    this.#leased ??= new Map();
    this.#leased.set(laneId, (this.#leased.get(laneId) ?? 0) + 1);
  }

  #noteReady(item: QueueItem): void {
    if (item.laneId === null) return;
    this.#ready ??= new Map();
    const lane = this.#ready.get(item.laneId);
    if (lane === undefined) this.#ready.set(item.laneId, new Map([[item.id, item]]));
    else lane.set(item.id, item);
  }

  /** False when this set had not made it ready. */
  #unready(id: string, laneId: string | null): boolean {
    return laneId !== null && (this.#ready?.get(laneId)?.delete(id) ?? false);
  }

  #isTouched(id: string): boolean {
    return this.#entries.has(id);
  }

  #isTaken(id: string): boolean {
    const entry = this.#entries.get(id);
    return entry !== undefined && (entry.removed || entry.added !== null);
  }

  #enter(id: string): Entry {
    let entry = this.#entries.get(id);
    if (entry === undefined) {
      entry = { added: null, fields: null, removed: false };
      this.#entries.set(id, entry);
    }
    return entry;
  }
}

function isGone(entry: Entry): boolean {
  return entry.added === null && entry.fields === null;
}

const noLane = { lane: undefined };

/** A new item as those see it who work on it. */
export function itemOf({ put, laneId, fence }: NewItem): QueueItem {
  // Taking `lane` out by a rest pattern costs more than the statement that stores the item.
  return { ...put, ...noLane, laneId, fence, crashes: 0, suspicion: 0, unreachable: null };
}

function withFields(stored: QueueItem, fields: Partial<ItemFields>): QueueItem {
  const { ready: _ready, leasedUntil: _leasedUntil, tick, ...rest } = fields;
  const item = { ...stored, ...rest };
  const isTicking = item.kind === "cron" || item.kind === "schedule";
  return isTicking && tick !== undefined ? { ...item, payload: tick } : item;
}

function pickLane(fields: Partial<ItemFields>): { laneId?: string | null } {
  return fields.laneId === undefined ? {} : { laneId: fields.laneId };
}

function byRank(a: Pick<QueueItem, "rank" | "id">, b: Pick<QueueItem, "rank" | "id">): number {
  return a.rank - b.rank || (a.id < b.id ? -1 : 1);
}
