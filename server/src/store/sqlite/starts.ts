/**
 * Events, and the runs that they start now or later. Called by commit.ts, inside a transaction.
 * Whether a run may start is decided here, where nothing can come in between.
 */
import type { QueuePut } from "../../domain/queue-item.ts";
import { refusedPut } from "../../domain/queue-puts.ts";
import type { Refusal } from "../../domain/refusal.ts";
import type { DebounceAdd, RunStart, Transition } from "../../domain/transition.ts";
import { addToBatch, deleteBatch, isBatchAsRead } from "./batches.ts";
import type { Database } from "./database.ts";
import { getDeadLetter, takeDeadLetter } from "./dead-letters.ts";
import { addDebounce, deleteDebounce, isDebounceAsRead } from "./debounces.ts";
import { insertEvent, isRepeatedEvent } from "./events.ts";
import { pauseOf } from "./pauses.ts";
import { takeRateLimits } from "./rate-limits.ts";
import { insertRefusal, limitReached, repeatedEvent } from "./refusals.ts";
import { writeRemembered } from "./remembered-steps.ts";
import type { RunLedger } from "./run-ledger.ts";
import { insertRun, isKeyUsed } from "./runs.ts";
import { giveWay, holdSingleton, singletonHolder } from "./singletons.ts";
import { matchItems, writeWaits } from "./waits.ts";

export interface Started {
  startedRuns: string[];
  skippedRuns: string[];
  cancelledRuns: string[];
  /** Why events did not start functions that they would have started. */
  refusals: Refusal[];
  /** To put, in this order. */
  items: QueuePut[];
}

/** What becomes of a start. `reason`, for people, of what is not started. */
type Verdict = { kind: "start" } | { kind: "skip"; reason: string } | { kind: "refuse"; reason: string };

/** Takes out the debounce or batch whose run a transition starts. False when it has moved on since it was read. */
export function takeGathered(database: Database, { debounceTake, batchTake }: Transition): boolean {
  if (debounceTake !== undefined && !isDebounceAsRead(database, debounceTake)) return false;
  if (batchTake !== undefined && !isBatchAsRead(database, batchTake)) return false;
  if (debounceTake !== undefined) deleteDebounce(database, debounceTake.key);
  if (batchTake !== undefined) deleteBatch(database, batchTake.batchId);
  return true;
}

export function writeStarts(database: Database, transition: Transition, ledger: RunLedger): Started {
  const started: Started = { startedRuns: [], skippedRuns: [], cancelledRuns: [], refusals: [], items: [] };
  const isRepeat = writeEvents(database, transition, started);
  const ending = transition.run?.end === undefined ? null : transition.run.runId;
  for (const start of transition.starts ?? []) {
    if (!isRepeat(start.run.eventIds[0] ?? "", start.run.functionId))
      writeStart({ database, ledger, ending, started }, start);
  }
  for (const add of transition.debounces ?? []) {
    const added = isRepeat(add.eventId, add.functionId) ? null : addDebounce(database, add);
    if (added === null) continue;
    if ("refused" in added) refuse(database, started, add, added.refused);
    else started.items.push(added);
  }
  for (const add of transition.batches ?? []) {
    if (isRepeat(add.eventId, add.functionId) || addToBatch(database, add, started)) continue;
    refuse(database, started, add, repeatedEvent);
  }
  return started;
}

/** For whoever asks why an event started nothing. */
function refuse(
  database: Database,
  started: Started,
  { eventId, functionId, now: at }: Pick<DebounceAdd, "eventId" | "functionId" | "now">,
  reason: string,
): void {
  const refusal = { eventId, functionId, reason, at };
  insertRefusal(database, refusal);
  started.refusals.push(refusal);
}

/**
 * Returns whether what an event starts of a function was started by it before: when the event was there already, or when
 * it stands twice in one transition, which brings its starts twice.
 */
function writeEvents(
  database: Database,
  transition: Transition,
  started: Started,
): (eventId: string, functionId: string) => boolean {
  const written = new Set<string>();
  const repeated = new Set<string>();
  const doubled = new Set<string>();
  for (const event of transition.events ?? []) {
    const { internalId } = event;
    if (insertEvent(database, event)) {
      written.add(internalId);
      // Before the waits of the runs that it starts are written: those are not for it.
      if (!isRepeatedEvent(database, event)) started.items.push(...matchItems(database, event));
    } else (written.has(internalId) ? doubled : repeated).add(internalId);
  }
  const seen = new Set<string>();
  return (eventId, functionId) => {
    if (repeated.has(eventId)) return true;
    if (!doubled.has(eventId)) return false;
    const start = `${eventId} ${functionId}`;
    return seen.size === seen.add(start).size;
  };
}

/** What one transition starts, and what bears on it. */
interface Admitting {
  database: Database;
  ledger: RunLedger;
  /** The run that the transition ends; null for none. */
  ending: string | null;
  started: Started;
}

function writeStart(admitting: Admitting, start: RunStart): void {
  const { database, started } = admitting;
  const { run, onRefused } = start;
  if (start.deadLetter !== undefined && getDeadLetter(database, start.deadLetter) === null) return;
  const verdict = judge(admitting, start);
  if (verdict.kind === "start" && insertRun(database, run)) {
    if (start.remembered !== undefined) writeRemembered(database, run.id, start.remembered);
    if (start.deadLetter !== undefined) takeDeadLetter(database, start.deadLetter);
    if (start.singleton !== undefined) holdSingleton(database, run.id, start.singleton.key);
    started.startedRuns.push(run.id);
    started.items.push(start.item, ...(start.puts ?? []), ...writeWaits(database, start.waits));
    return;
  }
  if (verdict.kind === "skip") {
    const skipped = { ...run, status: "Skipped", endedAt: run.queuedAt, reason: verdict.reason } as const;
    if (insertRun(database, skipped)) started.skippedRuns.push(run.id);
  }
  if (verdict.kind === "refuse") {
    const { functionId, eventIds, queuedAt: now } = run;
    for (const eventId of eventIds) refuse(database, started, { eventId, functionId, now }, verdict.reason);
  }
  if (onRefused !== undefined && "reason" in verdict)
    started.items.push(refusedPut(onRefused, verdict.reason, run.queuedAt));
}

function judge(admitting: Admitting, start: RunStart): Verdict {
  const { database } = admitting;
  const { run } = start;
  if (run.idempotencyKey !== null && isKeyUsed(database, run.idempotencyKey, run.queuedAt))
    return { kind: "refuse", reason: repeatedEvent };
  const full = takeRateLimits(database, start.rateLimits, run.queuedAt);
  if (full !== null) return { kind: "refuse", reason: limitReached(full) };
  const pause = pauseOf(database, run.functionId);
  if (pause?.arriving === "skip") return { kind: "skip", reason: `paused by ${pause.author}: ${pause.reason}` };
  return judgeSingleton(admitting, start);
}

function judgeSingleton({ database, ledger, ending, started }: Admitting, start: RunStart): Verdict {
  const { singleton } = start;
  const holder = singleton === undefined ? null : singletonHolder(database, singleton);
  if (holder === null || holder.id === ending) return { kind: "start" };
  if (singleton?.mode === "skip")
    return { kind: "skip", reason: `singleton: run ${holder.id} of the same key has not ended` };
  const item = giveWay(database, ledger, holder, start);
  // It may have been started a moment ago, by the same transition.
  started.items = [...started.items.filter(({ runId }) => runId !== holder.id), item];
  started.cancelledRuns.push(holder.id);
  return { kind: "start" };
}
