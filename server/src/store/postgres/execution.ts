/** All that a call needs to know of a run, read in one trip. Called by open-store.ts. */
import type { Execution } from "../../ports/store.ts";
import type { EventRow } from "../records/events.ts";
import { type RunRow, toRun } from "../records/runs.ts";
import { type StepRow, toStep } from "../records/steps.ts";
import { type Database, rowsOf } from "./database.ts";
import { selectEventsOfRun, toEvents } from "./tables/events.ts";
import { selectRun } from "./tables/runs.ts";
import { selectEndedSteps } from "./tables/steps.ts";

/** Null when there is no such run. */
export async function loadExecution(database: Database, runId: string): Promise<Execution | null> {
  const values = [database.ns, runId];
  const texts = [selectRun, selectEndedSteps, selectEventsOfRun];
  const [runs, steps, events] = await database.send(texts.map((text) => ({ text, values })));
  const [row] = rowsOf<RunRow>(runs);
  if (row === undefined) return null;
  const run = toRun(row);
  const ended = rowsOf<StepRow>(steps).map(toStep);
  return { run, ended, events: toEvents(rowsOf<EventRow>(events), run.eventIds) };
}
