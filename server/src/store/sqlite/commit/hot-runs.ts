/**
 * Open runs that were written or called a short while ago, with their steps, events and queue items, so that they need not be read
 * again: most of what a commit asks for was written by the one before it. Part of memory.ts, which throws it away when a
 * transaction is undone. Told of all that is written by writer.ts, filled by execution.ts, asked by the files of the tables.
 * Must never answer what is not so in the database: what it does not know it says it does not know.
 */
import type { EventRecord } from "../../../domain/event.ts";
import type { LeaseToken } from "../../../domain/queue/queue-item.ts";
import { isEnded, type RunRecord } from "../../../domain/run/run.ts";
import type { StepRecord } from "../../../domain/run/step.ts";
import type { Execution } from "../../../ports/store.ts";
import type {
  Changed,
  Changes,
  ItemFields,
  NewItem,
  NewRun,
  NewStep,
  RunFields,
  StepFields,
  StepKey,
} from "../../../rules/changes.ts";
import type { HeldItem, RunItem, RunRow, StepRow } from "../../../rules/rows.ts";

/** So many runs are kept, and so many characters of their steps and events; the one that was begun first goes first. */
const mostRuns = 5_000;
const mostCharacters = 16 * 1024 * 1024;
/** Leased items that are kept; they are as many as an engine works on at once. */
const mostLeased = 10_000;

interface HotRun {
  record: RunRecord;
  racingCount: number;
  events: EventRecord[];
  /** All of its steps. */
  steps: Map<string, StepRecord>;
  /** Those that have ended, in their order. */
  ended: StepRecord[];
  /** Those in the queue. Null: not known. */
  items: Map<string, RunItem> | null;
  /** Characters of its steps and events. */
  size: number;
}

interface Leased {
  item: HeldItem;
  fence: number;
}

export class HotRuns {
  readonly #runs = new Map<string, HotRun>();
  /** By item: the run whose items are known. */
  readonly #runOfItem = new Map<string, HotRun>();
  readonly #leased = new Map<string, Leased>();
  /** Runs that were not known when an item of theirs was put: one that is made later has more items than come with it. */
  readonly #early: Set<string>;
  #size = 0;

  /** `before`: what was kept until a transaction was undone. */
  constructor(before?: HotRuns) {
    this.#early = before === undefined ? new Set() : before.#early;
  }

  /** Undefined: not known. */
  run(id: string): RunRow | undefined {
    const hot = this.#runs.get(id);
    if (hot === undefined) return undefined;
    const { record, racingCount } = hot;
    return {
      id,
      version: record.version,
      functionId: record.functionId,
      status: record.status,
      queuedAt: record.queuedAt,
      startedAt: record.startedAt,
      stepCount: record.stepCount,
      pendingCount: record.pendingCount,
      racingCount,
      stateBytes: record.stateBytes,
      originalRunId: record.originalRunId,
    };
  }

  /** Undefined: not known. */
  record(id: string): RunRecord | undefined {
    return this.#runs.get(id)?.record;
  }

  /** Undefined: not known. Null: there is none. */
  step({ runId, id }: StepKey): StepRow | null | undefined {
    const hot = this.#runs.get(runId);
    if (hot === undefined) return undefined;
    const step = hot.steps.get(id);
    if (step === undefined) return null;
    return { isEnded: step.position !== null || step.endedAt !== null, race: step.race === true };
  }

  /** Undefined: not known. Null: the lease is lost. */
  held({ itemId, fence }: LeaseToken): HeldItem | null | undefined {
    const leased = this.#leased.get(itemId);
    if (leased === undefined) return undefined;
    return leased.fence === fence ? leased.item : null;
  }

  /** A lease that was read, or given a moment ago. */
  noteHeld({ id, functionId, runId, laneId, rank }: HeldItem, fence: number): void {
    this.#leased.set(id, { item: { id, functionId, runId, laneId, rank }, fence });
  }

  /** Undefined: not known. */
  itemsOf(runId: string): RunItem[] | undefined {
    const items = this.#runs.get(runId)?.items ?? null;
    return items === null ? undefined : [...items.values()];
  }

  /** Undefined: not known. */
  execution(runId: string): Execution | undefined {
    const hot = this.#runs.get(runId);
    if (hot === undefined) return undefined;
    return { run: hot.record, ended: hot.ended.slice(), events: hot.events };
  }

  /** An open run that was read. `steps`: all of them; those that have ended in their order. */
  fill(record: RunRecord, racingCount: number, steps: readonly StepRecord[], events: EventRecord[]): void {
    if (isEnded(record.status) || events.length < record.eventIds.length) return;
    const hot = this.#enter(record, racingCount, events);
    hot.items = null;
    for (const step of steps) this.#addStep(hot, step);
    this.#bound();
  }

  /** What a transaction has written, in the order in which it was written. */
  adopt({ events, runs, steps, items }: Changes): void {
    for (const { key, fields } of runs.changed) this.#changeRun(key, fields);
    if (runs.added.length > 0) {
      const written = new Map(events.map((event) => [event.internalId, event]));
      for (const run of runs.added) this.#addRun(run, written);
    }
    for (const { key, fields } of steps.changed) this.#changeStep(key, fields);
    for (const step of steps.added) {
      const hot = this.#runs.get(step.runId);
      if (hot !== undefined) this.#addStep(hot, toStep(step));
    }
    for (const id of items.removed) this.#removeItem(id);
    for (const changed of items.changed) this.#changeItem(changed);
    for (const item of items.added) this.#addItem(item);
    this.#bound();
  }

  #addRun(run: NewRun, written: ReadonlyMap<string, EventRecord>): void {
    if (isEnded(run.status)) return;
    const events = run.eventIds.flatMap((id) => written.get(id) ?? []);
    // Events that were written before it are read when it is called.
    if (events.length < run.eventIds.length) return;
    const hot = this.#enter(toRecord(run), run.racingCount, events);
    if (this.#early.delete(run.id)) hot.items = null;
  }

  #enter(record: RunRecord, racingCount: number, events: EventRecord[]): HotRun {
    this.#forget(record.id);
    const size = events.reduce((sum, { data, meta }) => sum + data.length + (meta?.length ?? 0), 0);
    const hot: HotRun = { record, racingCount, events, steps: new Map(), ended: [], items: new Map(), size };
    this.#runs.set(record.id, hot);
    this.#size += size;
    return hot;
  }

  #changeRun(id: string, fields: Partial<RunFields>): void {
    const hot = this.#runs.get(id);
    if (hot === undefined) return;
    if (fields.status !== undefined && isEnded(fields.status)) {
      this.#forget(id);
      return;
    }
    hot.record = withFields(hot.record, fields);
    hot.racingCount = fields.racingCount ?? hot.racingCount;
  }

  #addStep(hot: HotRun, step: StepRecord): void {
    hot.steps.set(step.id, step);
    if (step.position !== null) addInOrder(hot.ended, step);
    this.#count(hot, step);
  }

  #changeStep({ runId, id }: StepKey, fields: Partial<StepFields>): void {
    const hot = this.#runs.get(runId);
    const known = hot?.steps.get(id);
    if (hot === undefined || known === undefined) return;
    if (known.position !== null) hot.ended.splice(hot.ended.indexOf(known), 1);
    this.#addStep(hot, { ...known, ...fields });
  }

  #count(hot: HotRun, { memo, detail }: StepRecord): void {
    const size = (memo?.length ?? 0) + (detail?.length ?? 0) + 100;
    hot.size += size;
    this.#size += size;
  }

  #addItem({ put, laneId, leasedUntil, fence }: NewItem): void {
    const { id, functionId, runId, rank } = put;
    if (leasedUntil !== null) this.noteHeld({ id, functionId, runId, laneId, rank }, fence);
    if (runId === null) return;
    const hot = this.#runs.get(runId);
    if (hot === undefined) this.#early.add(runId);
    if (hot === undefined || hot.items === null) return;
    hot.items.set(id, { id, functionId, laneId, isLeased: leasedUntil !== null });
    this.#runOfItem.set(id, hot);
  }

  #changeItem({ key, fields }: Changed<string, ItemFields>): void {
    const { leasedUntil, laneId } = fields;
    const leased = this.#leased.get(key);
    // Who is leased anew is noted by who leases it, or read when its lease is shown: what else an item is does not stand in what has
    // changed of it.
    if (leased !== undefined && (leasedUntil !== undefined || laneId !== undefined || fields.fence !== undefined))
      this.#leased.delete(key);
    const items = this.#runOfItem.get(key)?.items;
    const item = items?.get(key);
    if (items == null || item === undefined) return;
    const isLeased = leasedUntil === undefined ? item.isLeased : leasedUntil !== null;
    items.set(key, { ...item, isLeased, ...(laneId !== undefined && { laneId }) });
  }

  #removeItem(id: string): void {
    this.#leased.delete(id);
    this.#runOfItem.get(id)?.items?.delete(id);
    this.#runOfItem.delete(id);
  }

  #forget(id: string): void {
    const hot = this.#runs.get(id);
    if (hot === undefined) return;
    this.#runs.delete(id);
    this.#size -= hot.size;
    for (const itemId of hot.items?.keys() ?? []) this.#runOfItem.delete(itemId);
  }

  #bound(): void {
    if (this.#leased.size > mostLeased) this.#leased.clear();
    for (const id of this.#early) {
      if (this.#early.size <= mostRuns) break;
      this.#early.delete(id);
    }
    if (this.#runs.size <= mostRuns && this.#size <= mostCharacters) return;
    for (const id of this.#runs.keys()) {
      this.#forget(id);
      if (this.#runs.size <= mostRuns && this.#size <= mostCharacters) return;
    }
  }
}

/** By their positions: those of one commit may come in another order. */
function addInOrder(ended: StepRecord[], step: StepRecord): void {
  const last = ended.at(-1);
  ended.push(step);
  if (last !== undefined && (last.position ?? 0) > (step.position ?? 0))
    ended.sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
}

function or<Value>(changed: Value | undefined, before: Value): Value {
  return changed === undefined ? before : changed;
}

// All fields by name in what follows: rest patterns and spreads of several objects cost more than a statement.

/** A new object: who has the run still sees it as it was. */
function withFields(run: RunRecord, fields: Partial<RunFields>): RunRecord {
  const next = { ...run };
  next.version = or(fields.version, run.version);
  next.status = or(fields.status, run.status);
  next.startedAt = or(fields.startedAt, run.startedAt);
  next.endedAt = or(fields.endedAt, run.endedAt);
  next.output = or(fields.output, run.output);
  next.reason = or(fields.reason, run.reason);
  next.requestVersion = or(fields.requestVersion, run.requestVersion);
  next.forcePlan = or(fields.forcePlan, run.forcePlan);
  next.checkpointed = or(fields.checkpointed, run.checkpointed);
  next.stepCount = or(fields.stepCount, run.stepCount);
  next.pendingCount = or(fields.pendingCount, run.pendingCount);
  next.stateBytes = or(fields.stateBytes, run.stateBytes);
  return next;
}

/** As it would be read. */
function toRecord(run: NewRun): RunRecord {
  return {
    id: run.id,
    version: run.version,
    functionId: run.functionId,
    status: run.status,
    eventIds: run.eventIds,
    idempotencyKey: run.idempotencyKey,
    cron: run.cron,
    queuedAt: run.queuedAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    output: run.output,
    requestVersion: run.requestVersion,
    forcePlan: run.forcePlan,
    checkpointed: run.checkpointed,
    stepCount: run.stepCount,
    pendingCount: run.pendingCount,
    stateBytes: run.stateBytes,
    rank: run.rank,
    slots: run.slots,
    parent: run.parent,
    originalRunId: run.originalRunId,
    stepInputs: run.stepInputs,
    finishTimeoutMs: run.finishTimeoutMs,
    reason: run.reason,
  };
}

/** As it would be read. */
function toStep(step: NewStep): StepRecord {
  const record: StepRecord = {
    runId: step.runId,
    id: step.id,
    displayName: step.displayName,
    op: step.op,
    status: step.status,
    memo: step.memo,
    position: step.position,
    attempts: step.attempts,
    queuedAt: step.queuedAt,
    startedAt: step.startedAt,
    endedAt: step.endedAt,
    wakesAt: step.wakesAt,
    detail: step.detail,
  };
  if (step.race === true) record.race = true;
  return record;
}
