/**
 * Writes one transition. Called by open-store.ts inside a transaction of the group commit; must never open or end one.
 * All guards are checked before the first write, so that a stale transition leaves nothing behind.
 */
import type { QueuePut } from "../../domain/queue-item.ts";
import type { RunPatch, Transition } from "../../domain/transition.ts";
import type { Claim, CommitResult } from "../../ports/store.ts";
import { removeApp, syncApp } from "./apps.ts";
import { closeRun } from "./close-run.ts";
import type { Database } from "./database.ts";
import { insertEvent } from "./events.ts";
import { writeOperations } from "./operations.ts";
import { deleteItem, isHeld, leaseItem, putItem, retryItem } from "./queue.ts";
import { openRunLedger, type RunLedger } from "./run-ledger.ts";
import { patchRun } from "./runs.ts";
import { takeGathered, writeStarts } from "./starts.ts";
import { endStep, insertAttempt, planStep } from "./steps.ts";

/** What a claim may lease and what `nextDueAt` speaks of. */
type Put = Pick<QueuePut, "id" | "runId" | "dueAt">;

/** @throws the driver's error; the caller undoes the transaction. */
export function applyTransition(database: Database, transition: Transition, claim?: Claim): CommitResult {
  const { lease, openRun } = transition;
  if (lease !== null && !isHeld(database, lease)) return { ok: false, reason: "stale" };
  const ledger = openRunLedger(database);
  if (openRun !== undefined && ledger.open(openRun) === null) return { ok: false, reason: "run-ended" };

  if (!takeGathered(database, transition)) return { ok: false, reason: "moved" };

  const put: Put[] = settle(database, transition);
  const putAll = (items: QueuePut[]): void => {
    put.push(...items.filter((item) => putItem(database, item)));
  };

  for (const event of transition.copies ?? []) insertEvent(database, event);
  const { items, ...started } = writeStarts(database, transition, ledger);
  putAll(items);
  putAll(writeSteps(database, transition, ledger));
  for (const attempt of transition.attempts ?? []) insertAttempt(database, attempt);
  putAll(transition.puts ?? []);
  if (transition.sync !== undefined) put.push(...syncApp(database, transition.sync));
  writeOperations(database, transition);
  if (transition.removeApp !== undefined) removeApp(database, transition.removeApp.appId, transition.removeApp.at);
  if (transition.run !== undefined) writePatch(database, transition.run, ledger);
  const idle = transition.putWhenIdle;
  if (idle !== undefined && isIdle(ledger, idle)) putAll([idle]);
  ledger.save();

  const endedRun = transition.run?.end === undefined ? null : transition.run.runId;
  const waiting = put.filter((item) => endedRun === null || item.runId !== endedRun);
  return {
    ok: true,
    ...started,
    ...claimPut(database, waiting, claim),
  };
}

/** What becomes of the leased item. Returns it when it is put back. */
function settle(database: Database, transition: Transition): Put[] {
  const { lease, settle: settlement = { kind: "done" } } = transition;
  if (lease === null || settlement.kind === "keep") return [];
  if (settlement.kind === "done") {
    deleteItem(database, lease.itemId);
    return [];
  }
  return [{ id: lease.itemId, runId: retryItem(database, lease.itemId, settlement), dueAt: settlement.dueAt }];
}

/** Plans, then ends. A run that has ended takes neither. Returns the items of the plans that were written. */
function writeSteps(database: Database, transition: Transition, ledger: RunLedger): QueuePut[] {
  const planned: QueuePut[] = [];
  for (const { step, item } of transition.plans ?? []) {
    const counters = ledger.open(step.runId);
    if (counters !== null && planStep(database, step, counters)) planned.push(item);
  }
  for (const { step } of transition.ends ?? []) {
    const counters = ledger.open(step.runId);
    if (counters !== null) endStep(database, step, counters);
  }
  return planned;
}

function writePatch(database: Database, patch: RunPatch, ledger: RunLedger): void {
  const { runId, end } = patch;
  if (ledger.open(runId) === null) return;
  patchRun(database, runId, patch.requestVersion, patch.forcePlan);
  if (end === undefined) return;
  closeRun(database, ledger, runId, end);
}

function isIdle(ledger: RunLedger, item: QueuePut): boolean {
  return item.runId !== null && ledger.open(item.runId)?.pendingCount === 0;
}

function claimPut(database: Database, put: Put[], claim?: Claim) {
  const ordered = put.toSorted((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));
  const due = claim === undefined ? [] : ordered.filter((item) => item.dueAt <= claim.now).slice(0, claim.limit);
  const claimed = claim === undefined ? [] : due.flatMap((item) => leaseItem(database, item.id, claim) ?? []);
  const claimedIds = new Set(claimed.map((item) => item.id));
  const nextDueAt = ordered.find((item) => !claimedIds.has(item.id))?.dueAt ?? null;
  return { claimed, nextDueAt };
}
