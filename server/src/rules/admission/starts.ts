/**
 * Events, and the runs that they start now or later. Called by apply-transition.ts.
 * Whether a run may start is decided here, over rows in which nothing can come in between.
 */
import type { QueuePut } from "../../domain/queue/queue-item.ts";
import { refusedPut } from "../../domain/queue/queue-puts.ts";
import type { Refusal } from "../../domain/run/refusal.ts";
import type { RunRecord } from "../../domain/run/run.ts";
import type { DebounceAdd, RunStart, Transition } from "../../domain/transition.ts";
import { pauseOf } from "../pauses.ts";
import { endStep } from "../steps.ts";
import { matchItems, writeWaits } from "../waits.ts";
import type { WorkingSet } from "../working-set.ts";
import { addToBatch, isBatchAsRead } from "./batches.ts";
import { addDebounce, isDebounceAsRead } from "./debounces.ts";
import { isKeyUsed } from "./idempotency.ts";
import { takeRateLimits } from "./rate-limits.ts";
import { limitReached, repeatedEvent } from "./refusals.ts";
import { giveWay } from "./singletons.ts";

const noLogs = { logLines: 0, logBytes: 0, logsLeftOut: 0 } as const;

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

/** Whether the debounce or batch whose run a transition starts stands as it was read. */
export function isGatheredAsRead(set: WorkingSet, { debounceTake, batchTake }: Transition): boolean {
  if (debounceTake !== undefined && !isDebounceAsRead(set, debounceTake)) return false;
  return batchTake === undefined || isBatchAsRead(set, batchTake);
}

/** Takes out the debounce or batch whose run a transition starts. */
export function takeGathered(set: WorkingSet, { debounceTake, batchTake }: Transition): void {
  if (debounceTake !== undefined) set.gathered.debounces.remove(debounceTake.key);
  if (batchTake !== undefined) set.gathered.removeBatch(batchTake.batchId);
}

export function writeStarts(set: WorkingSet, transition: Transition): Started {
  const started: Started = { startedRuns: [], skippedRuns: [], cancelledRuns: [], refusals: [], items: [] };
  const isRepeat = writeEvents(set, transition, started);
  const ending = transition.run?.end === undefined ? null : transition.run.runId;
  for (const start of transition.starts ?? []) {
    if (!isRepeat(start.run.eventIds[0] ?? "", start.run.functionId)) writeStart({ set, ending, started }, start);
  }
  for (const add of transition.debounces ?? []) {
    const added = isRepeat(add.eventId, add.functionId) ? null : addDebounce(set, add);
    if (added === null) continue;
    if ("refused" in added) refuse(set, started, add, added.refused);
    else started.items.push(added);
  }
  for (const add of transition.batches ?? []) {
    if (isRepeat(add.eventId, add.functionId) || addToBatch(set, add, started)) continue;
    refuse(set, started, add, repeatedEvent);
  }
  return started;
}

/** For whoever asks why an event started nothing. */
function refuse(
  set: WorkingSet,
  started: Started,
  { eventId, functionId, now: at }: Pick<DebounceAdd, "eventId" | "functionId" | "now">,
  reason: string,
): void {
  const refusal = { eventId, functionId, reason, at };
  set.events.refuse(refusal);
  started.refusals.push(refusal);
}

const isNoRepeat = (): boolean => false;

/**
 * Returns whether what an event starts of a function was started by it before: when the event was there already, or when
 * it stands twice in one transition, which brings its starts twice.
 */
function writeEvents(
  set: WorkingSet,
  transition: Transition,
  started: Started,
): (eventId: string, functionId: string) => boolean {
  if (transition.events === undefined) return isNoRepeat;
  const written = new Set<string>();
  const repeated = new Set<string>();
  const doubled = new Set<string>();
  for (const event of transition.events) {
    const { internalId } = event;
    if (set.events.add(event)) {
      written.add(internalId);
      // Before the waits of the runs that it starts are written: those are not for it.
      if (!set.events.isRepeated(event)) started.items.push(...matchItems(set, event));
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
  set: WorkingSet;
  /** The run that the transition ends; null for none. */
  ending: string | null;
  started: Started;
}

function writeStart(admitting: Admitting, start: RunStart): void {
  const { set, started } = admitting;
  const { run, onRefused } = start;
  if (start.deadLetter !== undefined && !set.operations.hasDeadLetter(start.deadLetter)) return;
  const verdict = judge(admitting, start);
  if (verdict.kind === "start" && addRun(set, run, start.singleton?.key)) {
    for (const step of start.remembered ?? []) remember(set, run.id, step);
    if (start.deadLetter !== undefined) set.operations.removeDeadLetter(start.deadLetter);
    started.startedRuns.push(run.id);
    started.items.push(start.item, ...(start.puts ?? []), ...writeWaits(set, start.waits));
    return;
  }
  if (verdict.kind === "skip") {
    const skipped = { ...run, status: "Skipped", endedAt: run.queuedAt, reason: verdict.reason } as const;
    if (addRun(set, skipped)) {
      started.skippedRuns.push(run.id);
      const { functionId } = run;
      set.tallies.push({ kind: "run-ended", functionId, status: "Skipped", runMs: null, error: null });
    }
  }
  if (verdict.kind === "refuse") {
    const { functionId, eventIds, queuedAt: now } = run;
    for (const eventId of eventIds) refuse(set, started, { eventId, functionId, now }, verdict.reason);
  }
  if (onRefused !== undefined && "reason" in verdict)
    started.items.push(refusedPut(onRefused, verdict.reason, run.queuedAt));
}

/** False when a run with this id is there already. */
function addRun(set: WorkingSet, run: RunRecord, singletonKey: string | null = null): boolean {
  if (set.runs.has(run.id)) return false;
  set.runs.add({ ...run, racingCount: 0, metadataBytes: 0, ...noLogs, singletonKey });
  return true;
}

/** A step of another run that a new one remembers from its beginning. */
function remember(set: WorkingSet, runId: string, step: Parameters<typeof endStep>[2]): void {
  const run = set.runs.open(runId);
  if (run !== null) endStep(set, run, { ...step, runId, position: null });
}

function judge(admitting: Admitting, start: RunStart): Verdict {
  const { set } = admitting;
  const { run } = start;
  if (isKeyUsed(set, run.idempotencyKey, run.queuedAt)) return { kind: "refuse", reason: repeatedEvent };
  const full = takeRateLimits(set, start.rateLimits, run.queuedAt);
  if (full !== null) return { kind: "refuse", reason: limitReached(full) };
  const pause = pauseOf(set, run.functionId);
  if (pause?.arriving === "skip") return { kind: "skip", reason: `paused by ${pause.author}: ${pause.reason}` };
  return judgeSingleton(admitting, start);
}

function judgeSingleton({ set, ending, started }: Admitting, start: RunStart): Verdict {
  const { singleton } = start;
  const holder = singleton === undefined ? null : set.runs.holderOf(singleton.key);
  if (holder === null || holder.id === ending) return { kind: "start" };
  if (singleton?.mode === "skip")
    return { kind: "skip", reason: `singleton: run ${holder.id} of the same key has not ended` };
  const item = giveWay(set, holder, start);
  // It may have been started a moment ago, by the same transition.
  started.items = [...started.items.filter(({ runId }) => runId !== holder.id), item];
  started.cancelledRuns.push(holder.id);
  return { kind: "start" };
}
