/**
 * Slots: how many of a limit are taken. Called where items are leased and let go, and where runs end.
 * Whoever frees a slot wakes the lane that has waited longest for it.
 */
import { isLimited, type Slot } from "../../domain/queue/lane.ts";
import type { FreedItem } from "../rows.ts";
import type { WorkingSet } from "../working-set.ts";

export function takeSlots(set: WorkingSet, slots: readonly Slot[], count: number): void {
  if (count === 0) return;
  for (const { key } of slots) set.slots.setUsed(key, set.slots.used(key) + count);
}

/** Slots that a run holds until it ends. */
export function takeRunSlots(set: WorkingSet, slots: readonly Slot[], runId: string): void {
  for (const slot of slots) {
    if (set.slots.holds(runId, slot.key)) continue;
    set.slots.hold(runId, slot.key);
    takeSlots(set, [slot], 1);
  }
}

/** Frees what a leased item has held. */
export function releaseSlotsOf(set: WorkingSet, item: FreedItem): void {
  if (!isLimited(item.laneId, item.functionId)) return;
  for (const { key } of set.lanes.spec(item.laneId)?.slots ?? []) releaseSlot(set, key);
}

/** Frees what a run has held. */
export function releaseRunSlots(set: WorkingSet, runId: string): void {
  for (const key of set.slots.heldBy(runId)) {
    set.slots.letGo(runId, key);
    releaseSlot(set, key);
  }
}

function releaseSlot(set: WorkingSet, key: string): void {
  const used = Math.max(set.slots.used(key) - 1, 0);
  set.slots.setUsed(key, used);
  wakeBlocked(set, key, used);
}

/** Offers a slot that a lane did not use to the next one. */
export function passOn(set: WorkingSet, slots: readonly Slot[], except: string | null): void {
  for (const { key } of slots) if (key !== except) wakeBlocked(set, key, set.slots.used(key));
}

/** Of the lanes that wait for this slot and have room in it, the one whose turn comes first gets another look. */
function wakeBlocked(set: WorkingSet, key: string, used: number): void {
  const lane = set.lanes.blockedOn(key, used);
  if (lane === null) return;
  const vtime = Math.max(lane.vtime, set.virtualTime);
  set.lanes.change(lane.id, { state: "in-line", blockedOn: null, blockedLimit: null, vtime });
  set.wakeUps += 1;
}
