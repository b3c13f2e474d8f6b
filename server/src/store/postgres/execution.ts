/** All that calls need to know of their runs, for any number of runs in one trip. Called by open-store.ts. */
import type { Execution } from "../../ports/store.ts";
import type { EventRow } from "../records/events.ts";
import { type RunRow, toRun } from "../records/runs.ts";
import { type StepRow, toStep } from "../records/steps.ts";
import { type Database, rowsOf } from "./database.ts";
import { selectEventsOfRuns, toEvents } from "./tables/events.ts";
import { selectRuns } from "./tables/runs.ts";
import { selectEndedSteps } from "./tables/steps.ts";

/** In the order of the ids; null where there is no such run. */
export async function loadExecutions(database: Database, runIds: readonly string[]): Promise<(Execution | null)[]> {
  const values = [database.ns, runIds];
  const texts = [selectRuns, selectEndedSteps, selectEventsOfRuns];
  const [runs, steps, events] = await database.send(texts.map((text) => ({ text, values })));
  const rows = new Map(rowsOf<RunRow>(runs).map((row) => [row.id, row]));
  const ended = new Map<string, StepRow[]>();
  for (const row of rowsOf<StepRow>(steps)) {
    const ofRun = ended.get(row.run_id);
    if (ofRun === undefined) ended.set(row.run_id, [row]);
    else ofRun.push(row);
  }
  const found = new Map(rowsOf<EventRow>(events).map((row) => [row.internal_id, row]));
  return runIds.map((id) => {
    const row = rows.get(id);
    if (row === undefined) return null;
    const run = toRun(row);
    const ofRun = run.eventIds.flatMap((eventId) => found.get(eventId) ?? []);
    return { run, ended: (ended.get(id) ?? []).map(toStep), events: toEvents(ofRun, run.eventIds) };
  });
}
