/**
 * Writes one transition. Called by open-store.ts inside a transaction of the group commit; must never open or end one.
 * All guards are checked before the first write, so that a stale transition leaves nothing behind.
 */
import type { QueuePut } from "../../domain/queue-item.ts";
import type { RunPatch, StepPlan, Transition } from "../../domain/transition.ts";
import type { Claim, CommitResult } from "../../ports/store.ts";
import { removeApp, syncApp } from "./apps.ts";
import { closeRun } from "./close-run.ts";
import type { Database } from "./database.ts";
import { insertEvent } from "./events.ts";
import { writeOperations } from "./operations.ts";
import { applyPauses, deletePause, writePause } from "./pauses.ts";
import { openPutList, type PutList } from "./put-list.ts";
import { bringForward, deleteHeld, getHeld, type HeldItem, putBack } from "./queue.ts";
import { openRunLedger, type RunLedger } from "./run-ledger.ts";
import { writeMetadata } from "./run-metadata.ts";
import { patchRun } from "./runs.ts";
import { type Started, takeGathered, writeStarts } from "./starts.ts";
import { endStep, insertAttempt, planStep } from "./steps.ts";
import { hasSignalConflict, takeOpenWait, takeWaits, writeWaits } from "./waits.ts";

/** @throws the driver's error; the caller undoes the transaction. */
export function applyTransition(database: Database, transition: Transition, claim?: Claim): CommitResult {
  const { lease, openRun } = transition;
  const held = lease === null ? null : getHeld(database, lease);
  if (lease !== null && held === null) return { ok: false, reason: "stale" };
  const ledger = openRunLedger(database);
  if (openRun !== undefined && ledger.open(openRun) === null) return { ok: false, reason: "run-ended" };

  if (hasSignalConflict(database, transition.plans)) return { ok: false, reason: "signal-conflict" };
  if (!takeGathered(database, transition)) return { ok: false, reason: "moved" };
  if (!takeOpenWait(database, transition)) return { ok: false, reason: "wait-gone" };

  const puts = openPutList(database);
  if (held !== null) settle(database, held, transition, puts);
  for (const event of transition.copies ?? []) insertEvent(database, event);
  puts.add(takeWaits(database, transition.waitTakes));
  const { items, ...started } = writeStarts(database, transition, ledger);
  for (const runId of started.cancelledRuns) puts.dropRun(runId);
  puts.add(items);
  const planned = writeSteps(database, transition, ledger);
  for (const plan of planned) writePlan(database, plan, ledger, started, puts);
  for (const attempt of transition.attempts ?? []) insertAttempt(database, attempt);
  if (transition.metadata !== undefined) writeMetadata(database, transition.metadata);
  puts.add(transition.puts ?? []);
  if (transition.sync !== undefined) puts.add(syncApp(database, transition.sync));
  writeOperations(database, transition);
  if (transition.removeApp !== undefined) removeApp(database, transition.removeApp.appId, transition.removeApp.at);
  if (transition.run !== undefined) writePatch(database, transition.run, ledger, puts);
  const idle = transition.putWhenIdle;
  if (idle !== undefined && isIdle(ledger, idle)) puts.add([idle]);
  ledger.save();
  writePauses(database, transition);
  const { bringForward: forward } = transition;
  if (forward !== undefined && bringForward(database, forward.itemIds, forward.at) > 0) puts.dueAt(forward.at);
  return { ok: true, ...started, ...puts.flush(claim) };
}

/** What becomes of the leased item. */
function settle(database: Database, held: HeldItem, transition: Transition, puts: PutList): void {
  const { settle: settlement = { kind: "done" } } = transition;
  if (settlement.kind === "done") deleteHeld(database, held);
  if (settlement.kind !== "retry") return;
  putBack(database, held, settlement);
  puts.addBack(held, settlement.dueAt);
}

function writePauses(database: Database, { pause, resume, sync, removeApp: removed }: Transition): void {
  if (pause !== undefined) writePause(database, pause);
  if (resume !== undefined) deletePause(database, resume.scope, resume.targetId);
  // A sync may bring functions to an app that is paused, or take them from it.
  if (sync !== undefined || removed !== undefined) applyPauses(database);
}

/** Plans, then ends. A run that has ended takes neither. Returns the plans that were written. */
function writeSteps(database: Database, transition: Transition, ledger: RunLedger): StepPlan[] {
  const planned: StepPlan[] = [];
  for (const plan of transition.plans ?? []) {
    const counters = ledger.open(plan.step.runId);
    if (counters !== null && planStep(database, plan.step, counters)) planned.push(plan);
  }
  for (const { step } of transition.ends ?? []) {
    const counters = ledger.open(step.runId);
    if (counters !== null) endStep(database, step, counters);
  }
  return planned;
}

/** What comes with a planned step: its item, what it waits for, the run that it invokes. */
function writePlan(
  database: Database,
  { step, item, waits, events, starts }: StepPlan,
  ledger: RunLedger,
  started: Omit<Started, "items">,
  puts: PutList,
): void {
  if (ledger.open(step.runId) === null) return;
  puts.add(waits === undefined ? [item] : [item, ...writeWaits(database, waits)]);
  if (starts === undefined) return;
  const { items, ...invoked } = writeStarts(database, { lease: null, starts, ...(events && { events }) }, ledger);
  // The run that invokes may itself be the one that gives way.
  for (const runId of invoked.cancelledRuns) puts.dropRun(runId);
  puts.add(items);
  started.startedRuns.push(...invoked.startedRuns);
  started.skippedRuns.push(...invoked.skippedRuns);
  started.cancelledRuns.push(...invoked.cancelledRuns);
  started.refusals.push(...invoked.refusals);
}

function writePatch(database: Database, patch: RunPatch, ledger: RunLedger, puts: PutList): void {
  const { runId, end } = patch;
  if (ledger.open(runId) === null) return;
  patchRun(database, patch);
  if (end === undefined) return;
  closeRun(database, ledger, runId, end);
  puts.dropRun(runId);
}

function isIdle(ledger: RunLedger, item: QueuePut): boolean {
  const counters = item.runId === null ? null : ledger.open(item.runId);
  return counters !== null && counters.pendingCount === counters.racingCount;
}
