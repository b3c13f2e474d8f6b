/**
 * Lanes and throttles that hold nothing are forgotten, so that keys that come once do not pile up. Called by stores now and
 * then, over a working set of its own.
 */
import type { WorkingSet } from "../working-set.ts";

/** Turns that an idle lane may be ahead and be forgotten all the same; one further ahead must not begin anew. */
const forgivenTurns = 100;
/** Rows of each kind that go together. */
const atOnce = 5_000;

/** `now`: milliseconds since 1970. Returns the ids of the lanes. */
export function forgetLanes(set: WorkingSet, now: number): readonly string[] {
  const ids = set.lanes.empty(set.virtualTime + forgivenTurns, atOnce);
  for (const id of ids) set.lanes.remove(id);
  for (const key of set.slots.passedThrottles(now, atOnce)) set.slots.forgetThrottle(key);
  return ids;
}
