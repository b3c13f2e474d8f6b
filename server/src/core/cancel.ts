/** Cancels a run: it ends at once, and what its app still answers is dropped. */
import { EngineError } from "../domain/error.ts";
import { isEnded } from "../domain/run.ts";
import type { Execution } from "../ports/store.ts";
import { finishRun } from "./finish-run.ts";
import type { Parts } from "./parts.ts";
import { tellEnd } from "./tell.ts";
import type { Worker } from "./worker.ts";

function ended(runId: string, status: string): EngineError {
  return new EngineError("run_ended", `Run ${runId} has ended already (${status}); there is nothing left to cancel.`);
}

async function openExecution(parts: Parts, runId: string): Promise<Execution> {
  const execution = await parts.store.loadExecution(runId);
  if (execution === null) throw new EngineError("run_not_found", `There is no run ${runId}.`);
  if (isEnded(execution.run.status)) throw ended(runId, execution.run.status);
  return execution;
}

export async function cancelRun(parts: Parts, worker: Worker, runId: string): Promise<void> {
  const execution = await openExecution(parts, runId);
  const fn = parts.registry.functionById(execution.run.functionId);
  if (fn === null) throw new EngineError("unknown_function", `The function of run ${runId} is not known any more.`);
  const now = parts.clock.now();
  const end = { status: "Cancelled", output: null } as const;
  const result = await worker.commit(
    { lease: null, openRun: runId, ...finishRun(parts, execution.run, fn, execution.events, end, now) },
    "new",
  );
  if (!result.ok) throw ended(runId, "just now");
  worker.abortRun(runId);
  tellEnd(parts, execution.run, fn, end, now);
}
