/**
 * The worker: leases due items and has them executed, up to a number at once; keeps their leases; sleeps until the next
 * due time. It is woken by commits and by timers, it never polls. The only door from core to `store.commit`.
 *
 * Main file of the room `work`. The lease loop, and what an engine knows of the items that it works on. Knows no kind
 * of item.
 */
import { leaseOf, type QueueItem, troubleOf } from "../../domain/queue-item.ts";
import type { RunRecord } from "../../domain/run.ts";
import type { Transition } from "../../domain/transition.ts";
import type { Timer } from "../../ports/clock.ts";
import type { CommitResult } from "../../ports/store.ts";
import type { Parts } from "../parts/parts.ts";

/** A lease holds this long without being prolonged, in milliseconds; it is prolonged at a third of it. */
const leaseMs = 30_000;
/** Calls that a run may make one after the other while others wait for a place; then its place goes to whose turn it is. */
const callsInARow = 5;
/** Wait after the store failed, in milliseconds. */
const storeRetryMs = 1000;

/** Runs of which the last change is kept in mind. */
const changesKept = 10_000;

export type ExecuteItem = (item: QueueItem, signal: AbortSignal) => Promise<void>;

/**
 * Who commits: `new` work waits its turn when there is a backlog, work that `continues` a run takes over
 * the place of the item that it settles.
 */
export type CommitKind = "new" | "continues";

/** Hears the result of a commit that was written. */
export type TellCommitted = (result: Extract<CommitResult, { ok: true }>) => void;

export interface Worker {
  /**
   * Commits, and starts at once what the transition put and is due, as far as there are free places.
   * `tell` is called in between, when it was written: so that people hear of a thing before they hear of what follows.
   */
  commit(transition: Transition, kind: CommitKind, tell?: TellCommitted): Promise<CommitResult>;
  /**
   * A number that every commit that may have changed the run raises by one: whoever finds the same twice need not read the
   * run again.
   */
  changes(runId: string): number;
  /** Keeps the run of a running item, as it is after `changes`. */
  keepRun(itemId: string, run: RunRecord, changes: number): void;
  /** What was kept, when nothing has changed the run since; else null. */
  keptRun(itemId: string): RunRecord | null;
  running(): QueueItem[];
  /** The item that is being worked on under this id; null for none. */
  runningItem(itemId: string): QueueItem | null;
  /** Aborts the calls of a run that are under way. */
  abortRun(runId: string): void;
  start(): void;
  /** Takes nothing more; resolves when all running items have ended or `graceMs` have passed. Gives what is left back. */
  stop(graceMs: number): Promise<void>;
}

interface Running {
  item: QueueItem;
  /** How many items before it had the same place, one handing over to the next. */
  inARow: number;
  abort: AbortController;
  done: Promise<void>;
  kept: { run: RunRecord; changes: number } | null;
}

type WorkerParts = Pick<Parts, "store" | "clock" | "logger">;

export function createWorker(parts: WorkerParts, places: number, execute: ExecuteItem): Worker {
  return new LeasingWorker(parts, places, execute);
}

class LeasingWorker implements Worker {
  readonly #parts: WorkerParts;
  readonly #places: number;
  readonly #execute: ExecuteItem;
  readonly #running = new Map<string, Running>();
  /** Places promised to commits that are being written. */
  #promised = 0;
  /** By run: `#forgotten` and one for each commit since that touched it. */
  readonly #changes = new Map<string, number>();
  /** Since that beginning. */
  #commits = 0;
  /** Where the count of a run begins of which nothing is kept. */
  #forgotten = 0;
  /** Whether due items may lie in the queue that no place was free for. */
  #backlog = false;
  #active = false;
  #pumping = false;
  #pumpAgain = false;
  #wake: { at: number; timer: Timer } | null = null;
  #heartbeat: { at: number; timer: Timer } | null = null;

  constructor(parts: WorkerParts, places: number, execute: ExecuteItem) {
    this.#parts = parts;
    this.#places = places;
    this.#execute = execute;
  }

  changes(runId: string): number {
    return this.#changes.get(runId) ?? this.#forgotten;
  }

  keepRun(itemId: string, run: RunRecord, changes: number): void {
    const running = this.#running.get(itemId);
    if (running !== undefined) running.kept = { run, changes };
  }

  keptRun(itemId: string): RunRecord | null {
    const kept = this.#running.get(itemId)?.kept ?? null;
    return kept !== null && this.changes(kept.run.id) === kept.changes ? kept.run : null;
  }

  running(): QueueItem[] {
    return [...this.#running.values()].map(({ item }) => item);
  }

  runningItem(itemId: string): QueueItem | null {
    return this.#running.get(itemId)?.item ?? null;
  }

  abortRun(runId: string): void {
    for (const { item, abort } of this.#running.values()) if (item.runId === runId) abort.abort();
  }

  start(): void {
    this.#active = true;
    this.#pump();
  }

  async stop(graceMs: number): Promise<void> {
    this.#active = false;
    this.#wake?.timer.cancel();
    this.#wake = null;
    await this.#settled(graceMs);
    await this.#giveBack();
    this.#heartbeat?.timer.cancel();
    this.#heartbeat = null;
  }

  async commit(transition: Transition, kind: CommitKind, tell?: TellCommitted): Promise<CommitResult> {
    const limit = this.#claimLimit(transition, kind);
    const now = this.#parts.clock.now();
    this.#promised += limit;
    let result: CommitResult | null = null;
    try {
      result = await this.#parts.store.commit(transition, { now, leaseUntil: now + leaseMs, limit });
    } finally {
      this.#promised -= limit;
      if (result?.ok === true) this.#follow(transition, kind, result, tell);
      // It may have been written all the same, with items leased of which nobody here knows.
      if (result === null) this.#wakeAt(now + leaseMs);
      // What came due meanwhile found no place but those that were promised here.
      if (limit > 0 && this.#backlog) this.#pump();
    }
    return result;
  }

  #follow(
    transition: Transition,
    kind: CommitKind,
    result: Extract<CommitResult, { ok: true }>,
    tell: TellCommitted | undefined,
  ): void {
    this.#noteChanges(transition);
    tell?.(result);
    const inARow = kind === "continues" ? this.#inARow(transition) + 1 : 0;
    for (const item of result.claimed) this.#run(item, inARow);
    if (result.nextDueAt !== null) this.#wakeAt(result.nextDueAt);
  }

  #noteChanges({ openRun, run, plans, ends }: Transition): void {
    this.#commits += 1;
    if (this.#changes.size >= changesKept) {
      this.#changes.clear();
      // Beyond every number given out so far, so that none of them is met again.
      this.#forgotten += this.#commits;
      this.#commits = 1;
    }
    const changed = new Set<string>();
    if (openRun !== undefined) changed.add(openRun);
    if (run !== undefined) changed.add(run.runId);
    for (const { step } of plans ?? []) changed.add(step.runId);
    for (const { step } of ends ?? []) changed.add(step.runId);
    for (const runId of changed) this.#changes.set(runId, this.changes(runId) + 1);
  }

  #free(): number {
    return this.#places - this.#running.size - this.#promised;
  }

  /**
   * No more than what it may put, and one for a place that it vacates: a slot that becomes free with it lets another in.
   * While others wait, new work does not push in, and a run does not keep its place for ever.
   */
  #claimLimit(transition: Transition, kind: CommitKind): number {
    if (!this.#active || (kind === "new" && this.#backlog)) return 0;
    if (this.#backlog && this.#inARow(transition) >= callsInARow - 1) return 0;
    const vacated = transition.lease !== null && transition.settle?.kind !== "keep" ? 1 : 0;
    const free = Math.max(this.#free(), kind === "continues" ? vacated : 0);
    return Math.min(countPuts(transition) + vacated, free);
  }

  #inARow({ lease }: Transition): number {
    return lease === null ? 0 : (this.#running.get(lease.itemId)?.inARow ?? 0);
  }

  #run(item: QueueItem, inARow = 0): void {
    const abort = new AbortController();
    const done = this.#execute(item, abort.signal)
      .catch((error: unknown) => this.#giveUp(item, error))
      .finally(() => {
        if (this.#running.get(item.id)?.item.fence === item.fence) this.#running.delete(item.id);
        if (this.#backlog) this.#pump();
      });
    this.#running.set(item.id, { item, inARow, abort, done, kept: null });
    if (this.#heartbeat === null) this.#beatIn(leaseMs / 3);
  }

  /** The item stays leased: whatever went wrong, it is not tried again in a loop, but when the lease ends. */
  #giveUp(item: QueueItem, error: unknown): void {
    this.#parts.logger.error(
      { item: item.id, error: String(error) },
      "An item could not be worked on; it is tried again when its lease ends",
    );
    this.#wakeAt(this.#parts.clock.now() + leaseMs);
  }

  /** Leases until the queue has nothing due or no place is free, then sets the timer. */
  #pump(): void {
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = true;
    this.#lease()
      .catch((error: unknown) => {
        this.#parts.logger.error({ error: String(error) }, "The queue could not be read; trying again in a second");
        this.#wakeAt(this.#parts.clock.now() + storeRetryMs);
      })
      .finally(() => {
        this.#pumping = false;
        if (!this.#pumpAgain) return;
        this.#pumpAgain = false;
        this.#pump();
      });
  }

  async #lease(): Promise<void> {
    while (this.#active) {
      const limit = this.#free();
      if (limit <= 0) {
        this.#backlog = true;
        return;
      }
      // The clock has leapt, as on a machine that was asleep: leases are over whose calls still go on.
      const late = this.#parts.clock.now() - (this.#heartbeat?.at ?? Number.POSITIVE_INFINITY);
      if (late >= leaseMs / 3) await this.#beat();
      const now = this.#parts.clock.now();
      const items = await this.#parts.store.lease({ now, leaseUntil: now + leaseMs, limit });
      for (const item of items) this.#run(item);
      if (items.length === limit) continue;
      this.#backlog = false;
      const next = await this.#parts.store.nextDueAt();
      if (next !== null) this.#wakeAt(next);
      return;
    }
  }

  #wakeAt(at: number): void {
    if (!this.#active) return;
    if (at <= this.#parts.clock.now()) {
      this.#pump();
      return;
    }
    if (this.#wake !== null && this.#wake.at <= at) return;
    this.#wake?.timer.cancel();
    const timer = this.#parts.clock.setTimer(at, () => {
      this.#wake = null;
      this.#pump();
    });
    this.#wake = { at, timer };
  }

  #beatIn(ms: number): void {
    const at = this.#parts.clock.now() + ms;
    this.#heartbeat = { at, timer: this.#parts.clock.setTimer(at, () => void this.#beat()) };
  }

  /** Prolongs the leases of what is being worked on. */
  async #beat(): Promise<void> {
    this.#heartbeat?.timer.cancel();
    this.#heartbeat = null;
    const running = [...this.#running.values()];
    if (running.length === 0) return;
    const now = this.#parts.clock.now();
    this.#beatIn(leaseMs / 3);
    try {
      const tokens = running.map(({ item }) => leaseOf(item));
      for (const lost of await this.#parts.store.extend(tokens, now + leaseMs))
        this.#running.get(lost.itemId)?.abort.abort();
    } catch (error) {
      this.#parts.logger.error({ error: String(error) }, "Leases could not be prolonged");
    }
  }

  #settled(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#parts.clock.setTimer(this.#parts.clock.now() + graceMs, resolve);
      void (async () => {
        while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done));
        timer.cancel();
        resolve();
      })();
    });
  }

  /** Items that would not end are due again at once, for whoever works this queue next. */
  async #giveBack(): Promise<void> {
    for (const { item, abort } of [...this.#running.values()]) {
      const lease = leaseOf(item);
      const settle = { kind: "retry", attempt: item.attempt, dueAt: item.dueAt, trouble: troubleOf(item) } as const;
      await this.#parts.store.commit({ lease, settle }).catch((error: unknown) => {
        this.#parts.logger.warn(
          { item: item.id, error: String(error) },
          "An item could not be given back; its lease has to end first",
        );
      });
      abort.abort();
    }
  }
}

/** How many items a transition may put that are due at once; more than that does not matter. */
function countPuts(transition: Transition): number {
  const { starts, debounces, batches, plans, puts, waitTakes, putWhenIdle, events } = transition;
  const lists = [starts, debounces, batches, plans, puts, waitTakes];
  const listed = lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
  return listed + (putWhenIdle === undefined ? 0 : 1) + (events === undefined ? 0 : 1);
}
