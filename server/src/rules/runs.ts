/** Changes open runs; close-run.ts ends them. Called by apply-transition.ts and by whoever leases a start. */
import type { RunPatch } from "../domain/transition.ts";
import type { RunFields } from "./changes.ts";
import type { WorkingSet } from "./working-set.ts";

/** A run that has started or ended stays as it is. */
export function markRunning(set: WorkingSet, runId: string, startedAt: number): void {
  const run = set.runs.open(runId);
  if (run?.status !== "Queued") return;
  set.runs.change(runId, { status: "Running", startedAt });
  set.tallies.push({ kind: "run-started", functionId: run.functionId, waitMs: startedAt - run.queuedAt });
}

/** For a run that is open. Undefined leaves as it is. */
export function patchRun(set: WorkingSet, { runId, requestVersion, forcePlan, checkpointed }: RunPatch): void {
  const fields: Partial<RunFields> = {};
  if (requestVersion !== undefined) fields.requestVersion = requestVersion;
  if (forcePlan !== undefined) fields.forcePlan = forcePlan;
  if (checkpointed !== undefined) fields.checkpointed = checkpointed;
  if (Object.keys(fields).length > 0) set.runs.change(runId, fields);
}
