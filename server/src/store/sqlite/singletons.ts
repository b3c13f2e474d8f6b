/**
 * Singletons: at most one open run a key. Called by starts.ts, inside a commit.
 * The open run itself is the lock, so nothing has to be unlocked when it ends.
 */
import type { QueuePut } from "../../domain/queue-item.ts";
import { cancelledPut } from "../../domain/queue-puts.ts";
import type { RunStart, SingletonCheck } from "../../domain/transition.ts";
import { closeRun } from "./close-run.ts";
import type { Database } from "./database.ts";
import type { RunLedger } from "./run-ledger.ts";

interface Holder {
  id: string;
  function_id: string;
}

/** Id of the open run under a key; null for none. */
export function singletonHolder(database: Database, check: SingletonCheck): Holder | null {
  const row = database.get<Holder>(
    "SELECT id, function_id FROM runs WHERE singleton_key = ? AND singleton_key IS NOT NULL AND ended_at IS NULL",
    check.key,
  );
  return row ?? null;
}

export function holdSingleton(database: Database, runId: string, key: string): void {
  database.run("UPDATE runs SET singleton_key = ? WHERE id = ?", key, runId);
}

/** Ends the open run, which gives way to `start`. Returns the item by which core tells of its end. */
export function giveWay(database: Database, ledger: RunLedger, holder: Holder, start: RunStart): QueuePut {
  const { queuedAt, eventIds } = start.run;
  const reason = `gave way to run ${start.run.id} of the same singleton, started by event ${eventIds[0] ?? ""}`;
  closeRun(database, ledger, holder.id, { status: "Cancelled", endedAt: queuedAt, output: null, reason });
  return cancelledPut({ id: holder.id, functionId: holder.function_id }, reason, queuedAt);
}
