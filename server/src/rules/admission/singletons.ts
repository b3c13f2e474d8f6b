/**
 * Singletons: at most one open run a key. Called by starts.ts.
 * The open run itself is the lock, so nothing has to be unlocked when it ends.
 */
import type { QueuePut } from "../../domain/queue/queue-item.ts";
import { cancelledPut } from "../../domain/queue/queue-puts.ts";
import type { RunStart } from "../../domain/transition.ts";
import { closeRun } from "../close-run.ts";
import type { SingletonHolder } from "../rows.ts";
import type { WorkingSet } from "../working-set.ts";

/** Cancels the open run of the key, so that `start` may take its place. Returns the queue item by which core announces that. */
export function giveWay(set: WorkingSet, holder: SingletonHolder, start: RunStart): QueuePut {
  const { queuedAt, eventIds } = start.run;
  const reason = `gave way to run ${start.run.id} of the same singleton, started by event ${eventIds[0] ?? ""}`;
  closeRun(set, holder.id, { status: "Cancelled", endedAt: queuedAt, output: null, reason });
  return cancelledPut(holder, reason, queuedAt);
}
