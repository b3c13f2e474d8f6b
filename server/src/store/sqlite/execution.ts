/** All that a call needs to know of a run, read at once. Called by open-store.ts. */
import type { Execution } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { getEvents } from "./tables/events.ts";
import { getRun } from "./tables/runs.ts";
import { listEndedSteps } from "./tables/steps.ts";

/** Null when there is no such run. */
export function loadExecution(database: Database, runId: string): Execution | null {
  const run = getRun(database, runId);
  if (run === null) return null;
  return { run, ended: listEndedSteps(database, runId), events: getEvents(database, run.eventIds) };
}
