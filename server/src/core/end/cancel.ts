/** Cancels a run at the wish of people: it ends at once, and what its app still answers is dropped. */
import { EngineError } from "../../domain/error.ts";
import { isEnded } from "../../domain/run/run.ts";
import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";
import { cancellation } from "./end-run.ts";

function ended(runId: string, status: string): EngineError {
  return new EngineError("run_ended", `Run ${runId} has ended already (${status}); there is nothing left to cancel.`);
}

/** @throws EngineError `run_not_found`, `run_ended`, `unknown_function` */
export async function cancelRun(parts: Parts, committer: Committer, runId: string): Promise<void> {
  const run = await parts.store.getRun(runId);
  if (run === null) throw new EngineError("run_not_found", `There is no run ${runId}.`);
  if (isEnded(run.status)) throw ended(runId, run.status);
  for (;;) {
    if (parts.registry.functionById(run.functionId) === null) await parts.registry.load();
    const outcome = await cancellation(parts, runId, "cancelled by request");
    if (outcome === "unknown")
      throw new EngineError("unknown_function", `The function of run ${runId} is not known any more.`);
    if (outcome === "gone") throw ended(runId, "just now");
    const result = await committer.commit({ lease: null, ...outcome.writes }, "new", outcome.tell);
    if (result.ok) return;
    if (result.reason !== "registry-moved") throw ended(runId, "just now");
    await parts.registry.refresh();
  }
}
