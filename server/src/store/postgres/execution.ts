/** All that a call needs to know of a run, read at once. Called by open-store.ts. */
import type { Execution } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { getEvents } from "./tables/events.ts";
import { getRun } from "./tables/runs.ts";
import { listEndedSteps } from "./tables/steps.ts";

/** Null when there is no such run. */
export async function loadExecution(database: Database, runId: string): Promise<Execution | null> {
  const [run, ended] = await Promise.all([getRun(database, runId), listEndedSteps(database, runId)]);
  if (run === null) return null;
  return { run, ended, events: await getEvents(database, run.eventIds) };
}
