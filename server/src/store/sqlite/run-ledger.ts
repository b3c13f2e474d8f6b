/**
 * The counters of the runs that one transition touches: read once, changed in memory, written once.
 * Made and saved by commit.ts, inside one transaction; must never outlive it.
 */
import type { Database } from "./database.ts";
import { getOpenCounters, type RunCounters, updateCounters } from "./runs.ts";

export interface RunLedger {
  /** Null when there is no such run or it has ended. Changes to what it returns are written by `save`. */
  open(runId: string): RunCounters | null;
  /** From now on the run counts as ended, with nothing pending. */
  end(runId: string): void;
  save(): void;
}

export function openRunLedger(database: Database): RunLedger {
  const runs = new Map<string, { counters: RunCounters | null; before: RunCounters | null; ended: boolean }>();
  const read = (runId: string) => {
    let entry = runs.get(runId);
    if (entry === undefined) {
      const counters = getOpenCounters(database, runId);
      entry = { counters, before: counters === null ? null : { ...counters }, ended: false };
      runs.set(runId, entry);
    }
    return entry;
  };
  return {
    open(runId) {
      const { counters, ended } = read(runId);
      return ended ? null : counters;
    },
    end(runId) {
      const entry = read(runId);
      if (entry.counters !== null) entry.counters.pendingCount = 0;
      entry.ended = true;
    },
    save() {
      for (const [runId, { counters, before }] of runs) {
        if (counters !== null && before !== null && isChanged(counters, before))
          updateCounters(database, runId, counters);
      }
    },
  };
}

function isChanged(a: RunCounters, b: RunCounters): boolean {
  return (
    a.stepCount !== b.stepCount ||
    a.pendingCount !== b.pendingCount ||
    a.racingCount !== b.racingCount ||
    a.stateBytes !== b.stateBytes
  );
}
