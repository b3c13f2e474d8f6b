/**
 * How an item gets in line: its lane is made known, and waits for its turn when the item is ready. Called by put-list.ts,
 * lease-due.ts and take-turns.ts.
 */
import type { Lane } from "../../domain/queue/lane.ts";
import { isLaneHeld } from "../pauses.ts";
import type { WorkingSet } from "../working-set.ts";

/** A lane gets in line behind those that wait already. `lane`: its id, when it is there. */
export function enterLane(set: WorkingSet, lane: Lane | string, functionId: string, isReady: boolean): void {
  const id = typeof lane === "string" ? lane : lane.id;
  const known = set.lanes.get(id);
  const busy = isLaneHeld(set, id, functionId) ? "paused" : "in-line";
  const state = isReady ? busy : "idle";
  if (known === null) {
    const spec =
      typeof lane === "string" || id === functionId
        ? null
        : { slots: lane.slots, runSlots: lane.runSlots, throttle: lane.throttle };
    const nothing = { blockedOn: null, blockedLimit: null, notBefore: null };
    set.lanes.add({ id, functionId, state, vtime: set.virtualTime, ...nothing }, spec);
  } else {
    if (known.state !== "idle" || state === "idle") return;
    set.lanes.change(id, { state, vtime: Math.max(known.vtime, set.virtualTime) });
  }
  if (state === "in-line" && id !== functionId) set.wakeUps += 1;
}
