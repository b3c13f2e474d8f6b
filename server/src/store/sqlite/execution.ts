/** All that a call needs to know of a run, read at once, or known from what was written. Called by open-store.ts. */
import { isEnded } from "../../domain/run/run.ts";
import type { Execution } from "../../ports/store.ts";
import { type RunRow, toRun } from "../records/runs.ts";
import { memoryOf } from "./commit/memory.ts";
import type { Database } from "./database.ts";
import { getEvents } from "./tables/events.ts";
import { listEndedSteps, listSteps } from "./tables/steps.ts";

/** Null when there is no such run. */
export function loadExecution(database: Database, runId: string): Execution | null {
  const { hot } = memoryOf(database);
  const known = hot.execution(runId);
  if (known !== undefined) return known;
  const row = database.get<RunRow & { racing_count: number }>("SELECT * FROM runs WHERE id = ?", runId);
  if (row === undefined) return null;
  const run = toRun(row);
  const events = getEvents(database, run.eventIds);
  if (isEnded(run.status)) return { run, ended: listEndedSteps(database, runId), events };
  const steps = listSteps(database, runId);
  hot.fill(run, row.racing_count, steps, events);
  return { run, ended: steps.filter(({ position }) => position !== null), events };
}
