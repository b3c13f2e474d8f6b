/**
 * Finds runs by what their events and outputs hold, a page of the store at a time. Called by bulk jobs and by the API's search.
 */
import type { RunRecord } from "../../domain/run/run.ts";
import type { RunFilter, Store } from "../../ports/store.ts";
import { conditionEvent } from "../expression/condition.ts";
import { compileRunCondition, runConditionHolds } from "../expression/run-condition.ts";

/** Steps of evaluation after which others have their turn: some milliseconds. */
const stepsAtOnce = 100_000;
/** Steps that one page of a search may take: some tenths of a second. */
const stepsPerPage = 5_000_000;
/** Characters of an event or an output that cost as much as a step, for reading them. */
const readLength = 32;

export interface Matched {
  runs: RunRecord[];
  /** Steps of evaluation that it took. */
  steps: number;
  /** The run that was looked at last, when the steps were used up before all were; else null. */
  stoppedAt: string | null;
}

/**
 * Those of `runs` for which a condition holds; all of them without one. Others have their turn in between, however dear the
 * condition is.
 * @param maxSteps after so many steps it stops. Default: no bound
 * @throws EngineError `invalid_expression`
 */
export async function matchRuns(
  store: Pick<Store, "getEvent">,
  runs: readonly RunRecord[],
  condition: string | undefined,
  now: number,
  maxSteps: number = Number.POSITIVE_INFINITY,
): Promise<Matched> {
  if (condition === undefined) return { runs: [...runs], steps: 0, stoppedAt: null };
  const compiled = compileRunCondition(condition);
  const matched: Matched = { runs: [], steps: 0, stoppedAt: null };
  let turnEnds = stepsAtOnce;
  for (const run of runs) {
    const event = await store.getEvent(run.eventIds[0] ?? "");
    const output: unknown = run.output === null ? null : JSON.parse(run.output);
    const values = { output, error: run.status === "Failed" ? output : null };
    const { holds, steps } = runConditionHolds(compiled, event === null ? {} : conditionEvent(event), values, now);
    matched.steps += steps + ((event?.data.length ?? 0) + (run.output?.length ?? 0)) / readLength;
    if (holds) matched.runs.push(run);
    if (matched.steps >= maxSteps && run !== runs.at(-1)) return { ...matched, stoppedAt: run.id };
    if (matched.steps < turnEnds) continue;
    turnEnds = matched.steps + stepsAtOnce;
    await new Promise((resolve) => setImmediate(resolve));
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
 * at for it, fewer when the condition is dear, and the cursor says where to go on.
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
  let searched = 0;
  let steps = 0;
  for (;;) {
    const page = await store.listRuns(next);
    searched += page.length;
    const matched = await matchRuns(store, page, condition, now, stepsPerPage - steps);
    steps += matched.steps;
    found.push(...matched.runs);
    const last = matched.stoppedAt ?? page.at(-1)?.id ?? null;
    const isEnd = matched.stoppedAt === null && page.length < next.limit;
    if (found.length > filter.limit) {
      const runs = found.slice(0, filter.limit);
      return { runs, cursor: runs.at(-1)?.id ?? null };
    }
    if (isEnd || last === null) return { runs: found, cursor: null };
    if (matched.stoppedAt !== null || steps >= stepsPerPage || searched >= searchedMax)
      return { runs: found, cursor: last };
    next = { ...next, cursor: last };
  }
}
