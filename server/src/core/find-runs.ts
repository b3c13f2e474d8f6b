/**
 * Finds runs by what their events and outputs hold, a page of the store at a time. Called by bulk jobs and by the API's search.
 */
import type { RunRecord } from "../domain/run.ts";
import type { RunFilter, Store } from "../ports/store.ts";
import { conditionEvent } from "./expression/condition.ts";
import { compileRunCondition, runConditionHolds } from "./expression/run-condition.ts";

/** Those of `runs` for which a condition holds; all of them without one. @throws EngineError `invalid_expression` */
export async function matchRuns(
  store: Pick<Store, "getEvent">,
  runs: readonly RunRecord[],
  condition: string | undefined,
  now: number,
): Promise<RunRecord[]> {
  if (condition === undefined) return [...runs];
  const compiled = compileRunCondition(condition);
  const matched: RunRecord[] = [];
  for (const run of runs) {
    const event = await store.getEvent(run.eventIds[0] ?? "");
    const output: unknown = run.output === null ? null : JSON.parse(run.output);
    const values = { output, error: run.status === "Failed" ? output : null };
    if (runConditionHolds(compiled, event === null ? {} : conditionEvent(event), values, now)) matched.push(run);
  }
  return matched;
}

/** Runs looked at for one page of a search. */
const searchedMax = 2000;
const pageSize = 200;

export interface FoundRuns {
  runs: RunRecord[];
  /** Where the next page begins; null at the end. */
  cursor: string | null;
}

/**
 * A page of runs that match. With a condition it may be short, or even empty, before the end: at most 2,000 runs are looked
 * at for it, and the cursor says where to go on.
 */
export async function findRuns(
  store: Pick<Store, "getEvent" | "listRuns">,
  filter: RunFilter,
  condition: string | undefined,
  now: number,
): Promise<FoundRuns> {
  const found: RunRecord[] = [];
  let next: RunFilter =
    condition === undefined ? { ...filter, limit: filter.limit + 1 } : { ...filter, limit: pageSize };
  for (let searched = 0; ; ) {
    const page = await store.listRuns(next);
    searched += page.length;
    found.push(...(await matchRuns(store, page, condition, now)));
    const last = page.at(-1)?.id ?? null;
    const isEnd = page.length < next.limit;
    if (found.length > filter.limit) {
      const runs = found.slice(0, filter.limit);
      return { runs, cursor: runs.at(-1)?.id ?? null };
    }
    if (isEnd || last === null) return { runs: found, cursor: null };
    if (searched >= searchedMax) return { runs: found, cursor: last };
    next = { ...next, cursor: last };
  }
}
