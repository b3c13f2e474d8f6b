/**
 * Decides what a transition changes, over the rows of a working set. Called by stores, for one transition or for a group of them;
 * source.ts says how. All guards are checked before the first change, so that a stale transition leaves nothing behind.
 */
import type { Claim, CommitResult, Committed, NotCommitted } from "../domain/commit-result.ts";
import type { QueuePut } from "../domain/queue/queue-item.ts";
import type { RunProgress } from "../domain/run/run.ts";
import type { AttemptRecord } from "../domain/run/step.ts";
import type { RunPatch, StepPlan, Transition } from "../domain/transition.ts";
import { isGatheredAsRead, type Started, takeGathered, writeStarts } from "./admission/starts.ts";
import { removeApp, syncApp } from "./apps.ts";
import { closeRun } from "./close-run.ts";
import { writeOperations } from "./operations.ts";
import { writeOverrides } from "./overrides.ts";
import { writePauses } from "./pauses.ts";
import type { HeldItem, RunRow } from "./rows.ts";
import { writeLogs } from "./run-logs.ts";
import { writeMetadata } from "./run-metadata.ts";
import { patchRun } from "./runs.ts";
import { endStep, planStep, tallyStep } from "./steps.ts";
import { type Flush, PutList } from "./turns/put-list.ts";
import { releaseSlotsOf } from "./turns/slots.ts";
import { takeTurns } from "./turns/take-turns.ts";
import { hasSignalConflict, mayStillBeMet, takeOpenWait, takeWaits, writeWaits } from "./waits.ts";
import type { WorkingSet } from "./working-set.ts";

/** One of the commits of a group. */
export interface Member {
  transition: Transition;
  claim?: Claim | undefined;
}

/** What a transition came to before lanes had their turn. */
interface Decided {
  result: Omit<Committed, "ok" | "claimed" | "nextDueAt">;
  flush: Flush;
  openRun: RunProgress | null;
  /** Whether a lane with limits may have got something to do. */
  wantsTurn: boolean;
}

/** One transition, in a set of its own or the next of several. */
export function applyTransition(set: WorkingSet, transition: Transition, claim?: Claim): CommitResult {
  const [result] = applyGroup(set, [{ transition, claim }]);
  if (result === undefined) throw new Error("A group of one commit has one result.");
  return result;
}

/** Applies several transitions, in their order, to one set. Each is accepted or refused by itself. Then lanes take turns, once. */
export function applyGroup(set: WorkingSet, members: readonly Member[]): CommitResult[] {
  const outcomes = members.map(({ transition, claim }) => decide(set, transition, claim));
  shareTurn(set, outcomes, members);
  return outcomes.map((outcome) => {
    if ("ok" in outcome) return outcome;
    const { claimed, nextDueAt } = outcome.flush;
    const { openRun } = outcome;
    return { ok: true, ...outcome.result, claimed, nextDueAt, ...(openRun !== null && { openRun }) };
  });
}

/**
 * Lets lanes take their turns once for the group, if a member wants that. All members whose claims have room share the items
 * that lanes give: when several put items into one lane, only the first of them put that lane in line.
 */
function shareTurn(set: WorkingSet, outcomes: readonly (Decided | NotCommitted)[], members: readonly Member[]): void {
  if (!outcomes.some((outcome) => !("ok" in outcome) && outcome.wantsTurn)) return;
  const takers: { flush: Flush; claim: Claim }[] = [];
  outcomes.forEach((outcome, index) => {
    if ("ok" in outcome) return;
    const claim = members[index]?.claim;
    if (claim !== undefined && outcome.flush.room > 0) takers.push({ flush: outcome.flush, claim });
    else if (outcome.wantsTurn) outcome.flush.addTurn(null);
  });
  if (takers.length === 0) return;
  const now = Math.max(...takers.map(({ claim }) => claim.now));
  const leaseUntil = Math.max(...takers.map(({ claim }) => claim.leaseUntil));
  const limit = takers.reduce((sum, { flush }) => sum + flush.room, 0);
  const { items, more } = takeTurns(set, { now, leaseUntil, limit });
  let given = 0;
  for (const { flush } of takers) {
    const share = items.slice(given, given + flush.room);
    given += share.length;
    flush.addTurn({ items: share, more });
  }
}

function decide(set: WorkingSet, transition: Transition, claim: Claim | undefined): Decided | NotCommitted {
  const { lease, openRun, runVersion, registry } = transition;
  const held = lease === null ? null : set.items.held(lease);
  if (lease !== null && held === null) return { ok: false, reason: "stale" };
  if (registry !== undefined && isMoved(set, registry)) return { ok: false, reason: "registry-moved" };
  const run = openRun === undefined ? null : set.runs.open(openRun);
  if (openRun !== undefined && run === null) return { ok: false, reason: "run-ended" };
  if (run !== null && runVersion !== undefined && set.knowsVersions && runVersion !== run.version)
    return { ok: false, reason: "run-moved" };
  if (hasSignalConflict(set, transition.plans)) return { ok: false, reason: "signal-conflict" };
  if (!isGatheredAsRead(set, transition)) return { ok: false, reason: "moved" };
  if (mayStillBeMet(set, transition)) return { ok: false, reason: "event-matching" };
  if (!takeOpenWait(set, transition)) return { ok: false, reason: "wait-gone" };

  takeGathered(set, transition);
  const wakeUps = set.wakeUps;
  const puts = new PutList(set);
  if (held !== null) settle(set, held, transition, puts);
  for (const event of transition.copies ?? []) set.events.add(event);
  puts.add(takeWaits(set, transition.waitTakes));
  const { items, ...result } = writeStarts(set, transition);
  for (const runId of result.cancelledRuns) puts.dropRun(runId);
  puts.add(items);
  for (const plan of writeSteps(set, transition)) writePlan(set, plan, result, puts);
  if (transition.attempts !== undefined) writeAttempts(set, transition.attempts);
  writeMetadata(set, transition.metadata ?? []);
  if (transition.logs !== undefined) writeLogs(set, transition.logs);
  puts.add(transition.puts ?? []);
  if (transition.sync !== undefined) puts.add(syncApp(set, transition.sync));
  writeOperations(set, transition);
  if (transition.removeApp !== undefined) removeApp(set, transition.removeApp);
  if (movesRegistry(transition)) set.registryMoves += 1;
  if (transition.run !== undefined) writePatch(set, transition.run, puts);
  const idle = transition.putWhenIdle;
  if (idle !== undefined && isIdle(set, idle)) puts.add([idle]);
  writePauses(set, transition);
  writeOverrides(set, transition);
  const forwarded = bringForward(set, transition);
  const flush = puts.flush(claim);
  if (forwarded !== null) flush.dueAt(forwarded);
  const openRunNow = openRun === undefined ? null : set.runs.open(openRun);
  return { result, flush, openRun: openRunNow && progressOf(openRunNow), wantsTurn: set.wakeUps !== wakeUps };
}

function progressOf({ version, stepCount, pendingCount, stateBytes }: RunRow): RunProgress {
  return { version, stepCount, pendingCount, stateBytes };
}

function movesRegistry({ sync, removeApp, limitOverride, resetLimits = [] }: Transition): boolean {
  return [sync, removeApp, limitOverride, resetLimits[0]].some((part) => part !== undefined);
}

/** Whether what apps serve is not what it was in this version. */
function isMoved({ registryVersion, registryMoves, knowsVersions }: WorkingSet, version: number): boolean {
  return knowsVersions ? registryVersion + registryMoves !== version : registryMoves > 0;
}

/** Removes the leased item, puts it back or keeps it, as the transition says. */
function settle(set: WorkingSet, held: HeldItem, { settle: settlement }: Transition, puts: PutList): void {
  if (settlement?.kind === "keep") return;
  if (settlement?.kind !== "retry") {
    set.items.remove(held.id);
    releaseSlotsOf(set, held);
    return;
  }
  const { attempt, dueAt, trouble, tick } = settlement;
  const { crashes, suspicion, unreachable } = trouble ?? { crashes: 0, suspicion: 0, unreachable: null };
  set.items.change(held.id, {
    ...{ attempt, dueAt, crashes, suspicion, unreachable, ready: false, leasedUntil: null },
    ...(tick !== undefined && { tick }),
  });
  releaseSlotsOf(set, held);
  puts.addBack(held, dueAt);
}

/** Plans steps, then ends steps; leaves out those of a run that has ended. Returns the plans that were written. */
function writeSteps(set: WorkingSet, transition: Transition): StepPlan[] {
  const planned = (transition.plans ?? []).filter(({ step }) => {
    const run = set.runs.open(step.runId);
    return run !== null && planStep(set, run, step);
  });
  for (const { step } of transition.ends ?? []) {
    const run = set.runs.open(step.runId);
    if (run !== null && endStep(set, run, step)) tallyStep(set, run, step);
  }
  return planned;
}

/** Those that are tried again are counted. */
function writeAttempts(set: WorkingSet, attempts: readonly AttemptRecord[]): void {
  for (const attempt of attempts) {
    set.attempts.push(attempt);
    const run = attempt.retryAt === null ? null : set.runs.open(attempt.runId);
    if (run !== null) set.tallies.push({ kind: "retry", functionId: run.functionId });
  }
}

/** Writes what a planned step brings along: its item, its waits, the run that it invokes. */
function writePlan(
  set: WorkingSet,
  { step, item, waits, events, starts }: StepPlan,
  result: Omit<Started, "items">,
  puts: PutList,
): void {
  if (set.runs.open(step.runId) === null) return;
  puts.add([item, ...writeWaits(set, waits)]);
  if (starts === undefined) return;
  const { items, ...invoked } = writeStarts(set, { lease: null, starts, ...(events && { events }) });
  // A singleton may have cancelled the run that invokes: what was to be put for that run is dropped.
  for (const runId of invoked.cancelledRuns) puts.dropRun(runId);
  puts.add(items);
  result.startedRuns.push(...invoked.startedRuns);
  result.skippedRuns.push(...invoked.skippedRuns);
  result.cancelledRuns.push(...invoked.cancelledRuns);
  result.refusals.push(...invoked.refusals);
}

function writePatch(set: WorkingSet, patch: RunPatch, puts: PutList): void {
  const { runId, end } = patch;
  if (set.runs.open(runId) === null) return;
  patchRun(set, patch);
  if (end === undefined) return;
  closeRun(set, runId, end);
  puts.dropRun(runId);
}

function isIdle(set: WorkingSet, item: QueuePut): boolean {
  const run = item.runId === null ? null : set.runs.open(item.runId);
  return run !== null && run.pendingCount === run.racingCount;
}

/** Makes items due that wait for a later time. Returns when they are due; null when there were none. */
function bringForward(set: WorkingSet, { bringForward: request }: Transition): number | null {
  let forwarded: number | null = null;
  for (const id of request?.itemIds ?? []) {
    const dueAt = set.items.laterDueAt(id);
    if (request === undefined || dueAt === null || dueAt <= request.at) continue;
    set.items.change(id, { dueAt: request.at });
    forwarded = request.at;
  }
  return forwarded;
}
