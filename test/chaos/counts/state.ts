/** All that the engines know in the end, read over their API. */
import type { ChaosApi, EventJson, RunJson } from "../api.ts";

export interface EndState {
  runs: RunJson[];
  runsOfEvent: ReadonlyMap<string, RunJson[]>;
  /** By function. */
  runsOf(functionId: string): RunJson[];
  /** How often an end was told of, by run. */
  ends: ReadonlyMap<string, number>;
}

export async function readState(api: ChaosApi): Promise<EndState> {
  const runs = await api.list<RunJson>("/v2/runs?includeOutput=true");
  const runsOfEvent = new Map<string, RunJson[]>();
  const byFunction = new Map<string, RunJson[]>();
  const add = (map: Map<string, RunJson[]>, key: string, run: RunJson): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [run]);
    else known.push(run);
  };
  for (const run of runs) {
    for (const id of run.trigger.eventIds) add(runsOfEvent, id, run);
    add(byFunction, run.function.id, run);
  }
  const ends = new Map<string, number>();
  for (const { data } of await api.list<EventJson>("/v2/events?name=inngest/function.finished"))
    if (data.run_id !== undefined) ends.set(data.run_id, (ends.get(data.run_id) ?? 0) + 1);
  return { runs, runsOfEvent, runsOf: (id) => byFunction.get(id) ?? [], ends };
}
