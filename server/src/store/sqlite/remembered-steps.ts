/** Steps of another run that a new one remembers from its beginning. Called by starts.ts, right after the run was inserted. */
import type { StepRecord } from "../../domain/step.ts";
import type { Database } from "./database.ts";
import { type RunCounters, updateCounters } from "./runs.ts";
import { endStep } from "./steps.ts";

export function writeRemembered(database: Database, runId: string, steps: readonly StepRecord[]): void {
  const counters: RunCounters = { stepCount: 0, pendingCount: 0, racingCount: 0, stateBytes: 0 };
  for (const step of steps) endStep(database, { ...step, runId, position: null }, counters);
  updateCounters(database, runId, counters);
}
