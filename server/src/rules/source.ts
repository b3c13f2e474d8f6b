/**
 * What decisions may read: one method a question, each with one argument, its key. Decisions are plain synchronous
 * TypeScript over a working set (working-set.ts) that asks a `Source` for what it does not hold yet, and that knows in the
 * end which rows are new, changed or gone (changes.ts). A store brings a `Source` and writes `Changes`; it decides nothing.
 *
 * ## How a store uses the rules
 *
 *     const set = openWorkingSet(source, { virtualTime, registryVersion });
 *     const result = applyTransition(set, transition, claim);     // or applyGroup(set, members): one set for many
 *     write(set.changes());                                       // rows, then COMMIT
 *     virtualTime = set.changes().virtualTime;                    // memory is adopted only after COMMIT
 *
 * - **A set is repeatable.** Nothing but the set changes while it is decided. When anything goes wrong, the store throws the set
 *   away and decides again, from scratch, over a source that knows more.
 * - **Reads through, or loaded before.** SQLite's source runs a statement for each question. A source of loaded rows answers
 *   from maps and throws `Miss` for what was not loaded; the store loads that as well and decides again. A `Read` is a question
 *   as plain data: those of one name can be loaded together, by lists of their keys. What a group will ask is found out by
 *   deciding once over guesses, and noting the questions: so no list of keys stands beside the rules.
 * - **Loaded is locked.** What a source answers must be true until the commit. Who shares a database locks what it loads, in
 *   one order: event names, runs, held items (and all items of runs that end), keys (idempotency, rate limits, singletons,
 *   debounces, batches, waits), lanes, slots and throttles, free items (those are skipped when locked, never waited for);
 *   within each of these by id. A row that is not there cannot be locked: a store makes sure of rows that stand for a key first.
 * - **Rules ask before they add a row.** The questions named `has…` are asked right before
 *   rows that are new almost always: a source may say no to them without a look, if its store answers a duplicate key by
 *   deciding again over a source that looks.
 * - **Skipped is not empty.** Only a `complete` answer lets a lane go idle.
 * - **Order of a write**: rows that are gone, then changed ones, then new ones. The same key may be gone and new.
 * - Rows of a limit that counts nothing (a slot of 0) may be deleted or kept, as suits the store.
 *
 * Called by working-set.ts alone. Must never be asked by a rule directly: it does not know what the set has changed.
 */
import type { AppRecord, FunctionRecord } from "../domain/app.ts";
import type { LimitOverride } from "../domain/limit-override.ts";
import type { PauseRecord } from "../domain/pause.ts";
import type { LaneSpec } from "../domain/queue/lane.ts";
import type { LeaseToken, QueueItem } from "../domain/queue/queue-item.ts";
import type { LogTotals } from "../domain/run/run-log.ts";
import type {
  BatchRow,
  BulkJobRow,
  DebounceRow,
  DueItem,
  FreedItem,
  FunctionRow,
  HeldItem,
  LaneRow,
  MetadataKey,
  RateLimitRow,
  Rows,
  RunItem,
  RunRow,
  SingletonHolder,
  StepRow,
  WaitCounter,
  WaitCounterKey,
  WaitRow,
} from "./rows.ts";

/** For questions about everything. */
export type NoKey = Record<never, never>;

export interface Source {
  // Queue items.
  /** Null when the lease is lost: the item is gone, free, or leased anew. */
  heldItem(token: LeaseToken): HeldItem | null;
  hasItem(key: { id: string }): boolean;
  /** All of it, for an item that is leased. Asked only for items that are there. */
  item(key: { id: string }): QueueItem | null;
  itemDueAt(key: { id: string }): number | null;
  /** Its due time, of an item that is free and waits for that time; null for any other. */
  laterItem(key: { id: string }): number | null;
  /** All of them; asked when the run ends. */
  itemsOfRun(key: { runId: string }): readonly RunItem[];
  /** Ids. */
  cronItems(key: { functionId: string }): readonly string[];
  /** Whether a `match` item of an event of this name is there whose rank is below `before`. */
  isMatching(key: { event: string; before: number }): boolean;
  /** Free items of a lane whose time had come when they were marked so, by rank and id. */
  readyItems(key: { laneId: string; limit: number }): Rows<QueueItem>;
  /** Free items of lanes that are due and not yet marked ready, by due time and id. */
  dueItems(key: { now: number; limit: number }): Rows<DueItem>;
  /** Free items of no lane that are due, by due time and id. */
  ownDueItems(key: { now: number; limit: number }): Rows<QueueItem>;
  /** Leased items whose lease has run out. */
  expiredItems(key: { now: number; limit: number }): Rows<FreedItem>;

  // Runs and what belongs to them.
  run(key: { id: string }): RunRow | null;
  hasRun(key: { id: string }): boolean;
  /** Whether a run with this key was queued after `after` and before `before`. */
  isKeyUsed(key: { key: string; after: number; before: number }): boolean;
  /** The open run under a key. */
  singletonHolder(key: { key: string }): SingletonHolder | null;
  /** Ids of the runs that a run repeats: its original, the original of that, and so on. */
  repeatedRuns(key: { runId: string }): readonly string[];
  deadLetter(key: { runId: string }): boolean;
  hasStep(key: { runId: string; id: string }): boolean;
  step(key: { runId: string; id: string }): StepRow | null;
  /** Ids of steps without a position. */
  pendingSteps(key: { runId: string }): readonly string[];
  /** Bytes of a run's metadata; null when there is no such run, ended ones included. */
  metadataBytes(key: { runId: string }): number | null;
  metadata(key: MetadataKey): string | null;
  /** What a run's log holds; null when there is no such run, ended ones included. */
  logTotals(key: { runId: string }): LogTotals | null;

  // Events.
  hasEvent(key: { internalId: string }): boolean;
  /** Whether an event of this name, with the id that its sender gave it, came after `after` under another internal id. */
  isRepeated(key: { id: string; internalId: string; name: string; after: number }): boolean;
  /** Internal ids of events of a name received at `since` or later, repeats left out, by time and id. */
  eventsSince(key: { name: string; since: number }): readonly string[];
  hasRefusal(key: { eventId: string; functionId: string }): boolean;

  // Lanes and limits.
  lane(key: { id: string }): LaneRow | null;
  /** Null for a lane that is not there, or has no limits. Stores may keep these in memory forever. */
  laneSpec(key: { id: string }): LaneSpec | null;
  /** Lanes in line, by vtime and id. */
  lanesInLine(key: { limit: number }): Rows<LaneRow>;
  /** Lanes that are full of this slot under a limit higher than `above`, by vtime and id. */
  lanesBlockedOn(key: { key: string; above: number; limit: number }): Rows<LaneRow>;
  /** By the time that their throttle waits for, and id. */
  throttledLanes(key: { limit: number }): Rows<LaneRow>;
  /** Ids of functions that have lanes, each once. */
  laneFunctions(key: NoKey): readonly string[];
  /** Those that a pause holds; or, without `paused`, those in line, full or throttled. Never idle ones: there may be many. */
  lanesOfFunction(key: { functionId: string; paused: boolean }): readonly LaneRow[];
  /** Ids of idle lanes with limits and without items whose vtime is at most this. */
  emptyLanes(key: { vtime: number; limit: number }): readonly string[];
  /** How many are taken; 0 for a key that is not there. */
  slot(key: { key: string }): number;
  /** Keys of the slots that a run holds until it ends. */
  runSlots(key: { runId: string }): readonly string[];
  /** When the next start would be if all kept their distance, with a fraction; 0 for a key that is not there. */
  throttle(key: { key: string }): number;
  /** Keys of throttles that hold nothing back at `now`. */
  passedThrottles(key: { now: number; limit: number }): readonly string[];
  /** Keys of a function's throttles, by key. */
  throttlesOfFunction(key: { functionId: string }): readonly string[];
  /** `limit` says which of its hits will be asked for next: those from number `hits - limit` on. */
  rateLimit(key: { key: string; limit: number }): RateLimitRow | null;
  /** When the start with this number was; null when it is not remembered. */
  rateLimitHit(key: { key: string; number: number }): number | null;
  /** Keys that say nothing any more. A store that clears them by other means answers none. */
  expiredLimits(key: { now: number; limit: number }): readonly string[];

  // What gathers and what waits.
  debounce(key: { key: string }): DebounceRow | null;
  /** The one that takes events under this key. */
  openBatch(key: { key: string }): BatchRow | null;
  batch(key: { id: string }): BatchRow | null;
  wait(key: { id: string }): WaitRow | null;
  /** Ids of the waits for a signal, oldest first. */
  signalWaits(key: { signal: string }): readonly string[];
  /** Ids. */
  waitsOfRun(key: { runId: string }): readonly string[];
  /** Fields by which waits for events of this name are looked up. May know too much, never too little. */
  waitPaths(key: { name: string }): readonly string[];
  /** Whether a wait for an event of this name has this value (as `storedValue` writes it) at this path. */
  isWaited(key: { name: string; path: string; value: string }): boolean;
  waitCounter(key: WaitCounterKey): WaitCounter;

  // Apps and what operators ask for.
  appByName(key: { name: string }): Pick<AppRecord, "id" | "createdAt"> | null;
  functionBySlug(key: { slug: string }): FunctionRecord | null;
  function(key: { id: string }): FunctionRow | null;
  functionsOfApp(key: { appId: string }): readonly Pick<FunctionRecord, "id" | "archivedAt">[];
  /** All there are. Asked for every item that calls an app: stores keep them in memory. */
  pauses(key: NoKey): readonly PauseRecord[];
  /** All there are. Asked for every lane with limits whose turn it is: stores keep them in memory. */
  limitOverrides(key: NoKey): readonly LimitOverride[];
  hasBulkJob(key: { id: string }): boolean;
  bulkJob(key: { id: string }): BulkJobRow | null;
}

export type ReadName = keyof Source;

export type KeyOf<Name extends ReadName> = Parameters<Source[Name]>[0];

export type AnswerTo<Name extends ReadName> = ReturnType<Source[Name]>;

/** A question as plain data. */
export type Read = { [Name in ReadName]: { name: Name; key: KeyOf<Name> } }[ReadName];

/** Thrown by a source of loaded rows: load the answer to this as well, and decide again. */
export class Miss extends Error {
  readonly read: Read;

  constructor(read: Read) {
    super(`The rows for ${read.name} ${JSON.stringify(read.key)} are not loaded. Load them and decide again.`);
    this.name = "Miss";
    this.read = read;
  }
}
