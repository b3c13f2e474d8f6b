/**
 * Ends a run in the store, whoever ends it: commit.ts for a transition, singletons.ts for a run that gives way.
 * What a run holds is let go here and nowhere else.
 */
import type { RunPatch } from "../../domain/transition.ts";
import type { Database } from "./database.ts";
import { insertDeadLetter, settleDeadLetters } from "./dead-letters.ts";
import { deleteItemsOfRun } from "./queue.ts";
import type { RunLedger } from "./run-ledger.ts";
import { endRun } from "./runs.ts";
import { releaseRunSlots } from "./slots.ts";
import { cancelSteps } from "./steps.ts";
import { deleteWaitsOfRun } from "./waits.ts";

/** For a run that is open. */
export function closeRun(
  database: Database,
  ledger: RunLedger,
  runId: string,
  end: NonNullable<RunPatch["end"]>,
): void {
  // First: the ledger reads the run as it is, and an ended one has nothing to count.
  const hasPending = ledger.open(runId)?.pendingCount !== 0;
  ledger.end(runId);
  const repeated = endRun(database, runId, end);
  if (end.status === "Failed") insertDeadLetter(database, runId, end);
  if (end.status === "Completed" && repeated !== null) settleDeadLetters(database, runId);
  if (hasPending) cancelSteps(database, runId, end.endedAt);
  deleteItemsOfRun(database, runId);
  deleteWaitsOfRun(database, runId);
  releaseRunSlots(database, runId);
}
