/**
 * Pauses: what is held, by which of them, and what becomes of its lanes. Called by apply-transition.ts, by admission and by
 * whoever hands out items. Asking costs nothing while nothing is paused.
 */

import type { PauseRecord } from "../domain/pause.ts";
import { cronLane, isLimited, type LaneState } from "../domain/queue/lane.ts";
import type { Transition } from "../domain/transition.ts";
import type { FunctionRow } from "./rows.ts";
import { passOn } from "./turns/slots.ts";
import type { WorkingSet } from "./working-set.ts";

/** Whether no call of this function may begin. */
export function isPaused(set: WorkingSet, functionId: string): boolean {
  return pauseOf(set, functionId) !== null;
}

/** The pause that holds a function: its own, else its app's, else that of everything. Null: it is not paused. */
export function pauseOf(set: WorkingSet, functionId: string): PauseRecord | null {
  const pauses = set.pauses.all();
  return pauses.length === 0 ? null : holdingPause(pauses, functionId, set.apps.function(functionId));
}

/** The same, for stores, which tell people what holds an item. `row`: what is known of the function; null for nothing. */
export function holdingPause(
  pauses: readonly PauseRecord[],
  functionId: string,
  row: FunctionRow | null,
): PauseRecord | null {
  const of = (scope: PauseRecord["scope"], targetId: string | undefined): PauseRecord | undefined =>
    pauses.find((pause) => pause.scope === scope && pause.targetId === targetId);
  const own = of("function", functionId);
  if (own !== undefined || row?.isExempt) return own ?? null;
  return of("app", row?.appId) ?? of("all", "") ?? null;
}

/** Whether a pause holds this lane. One that skips what arrives does not hold crons: their runs are recorded as skipped. */
export function isLaneHeld(set: WorkingSet, laneId: string, functionId: string): boolean {
  const pause = pauseOf(set, functionId);
  return pause !== null && (laneId !== cronLane(functionId).id || pause.arriving === "hold");
}

export function writePauses(set: WorkingSet, { pause, resume, sync, removeApp }: Transition): void {
  if (pause !== undefined) set.pauses.put(pause);
  if (resume !== undefined) set.pauses.remove(resume);
  // A sync may bring functions to an app that is paused, or take them from it.
  if ([pause, resume, sync, removeApp].some((part) => part !== undefined)) applyPauses(set);
}

/** Holds the lanes of what is paused, and puts the others in line again. Stores call this too, when they open. */
export function applyPauses(set: WorkingSet): void {
  for (const functionId of set.lanes.functionIds()) {
    const isHeld = isPaused(set, functionId);
    const cronId = cronLane(functionId).id;
    const goesOn = (id: string): boolean => !isHeld || (id === cronId && !isLaneHeld(set, id, functionId));
    for (const { id } of set.lanes.ofFunction(functionId, true)) if (goesOn(id)) letGoLane(set, id);
    if (!isHeld) continue;
    for (const { id, state } of set.lanes.ofFunction(functionId, false)) {
      if (!goesOn(id)) holdLane(set, id, functionId, state);
    }
  }
}

/** Pauses a lane, and offers the slots that it was about to take to other lanes. */
function holdLane(set: WorkingSet, id: string, functionId: string, state: LaneState): void {
  set.lanes.change(id, { state: "paused", blockedOn: null, blockedLimit: null, notBefore: null });
  const spec = state === "in-line" && isLimited(id, functionId) ? set.lanes.spec(id) : null;
  if (spec !== null) passOn(set, [...spec.slots, ...spec.runSlots], null);
}

function letGoLane(set: WorkingSet, id: string): void {
  const vtime = Math.max(set.lanes.get(id)?.vtime ?? 0, set.virtualTime);
  set.lanes.change(id, { state: "in-line", vtime });
  set.wakeUps += 1;
}
