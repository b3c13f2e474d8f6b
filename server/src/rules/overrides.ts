/**
 * Limits that people set over those of the code: what is written, and which lanes get another look. Called by apply-transition.ts.
 * What runs goes on whatever the limit is now; what waits begins as soon as the new limit lets it.
 */
import type { Transition } from "../domain/transition.ts";
import type { WorkingSet } from "./working-set.ts";

export function writeOverrides(set: WorkingSet, { limitOverride, resetLimits = [] }: Transition): void {
  for (const target of resetLimits) set.overrides.remove(target);
  if (limitOverride !== undefined) set.overrides.put(limitOverride);
  const targets = limitOverride === undefined ? resetLimits : [...resetLimits, limitOverride];
  const paced = targets.filter(({ control }) => control === "throttle");
  for (const functionId of new Set(paced.map((target) => target.functionId))) beginAnew(set, functionId);
  for (const functionId of new Set(targets.map((target) => target.functionId))) lookAgain(set, functionId);
}

/** What was started at another pace says nothing of when the next start may be: one in an hour would hold a thousand a second. */
function beginAnew(set: WorkingSet, functionId: string): void {
  for (const key of set.slots.throttlesOf(functionId)) set.slots.setTat(key, 0);
}

/** Lanes that stand aside for a limit get in line: their next turn goes by the limits that hold now. */
function lookAgain(set: WorkingSet, functionId: string): void {
  for (const { id, state, vtime } of set.lanes.ofFunction(functionId, false)) {
    if (state !== "full" && state !== "throttled") continue;
    const nothing = { blockedOn: null, blockedLimit: null, notBefore: null };
    set.lanes.change(id, { state: "in-line", vtime: Math.max(vtime, set.virtualTime), ...nothing });
    set.wakeUps += 1;
  }
}
