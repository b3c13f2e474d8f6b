/** `group`: what is said of several steps at once. */
import { awaitSteps } from "./await-steps.ts";
import { type AsyncExecution, type CurrentRun, requireStorage } from "./current-run.ts";
import { stepError } from "./step-call.ts";

/** How `group.parallel` runs its steps. */
export interface ParallelOptions {
  /** `"race"`, which is also the default: the run goes on as soon as one of the steps has ended. */
  mode?: "race";
}

/** The tools of `group`. */
export interface GroupTools {
  /**
   * Runs steps of which the first to end matters: `group.parallel(() => Promise.race([step.run(…), step.run(…)]))`.
   * For steps that are all waited for, `Promise.all` alone asks less of the engine.
   */
  parallel<T>(callback: () => Promise<T>): Promise<T>;
  parallel<T>(options: ParallelOptions, callback: () => Promise<T>): Promise<T>;
}

/** @param current the run whose steps are called in the callback. */
export function createGroup(current: CurrentRun): GroupTools {
  return {
    parallel: <T>(first: unknown, second?: unknown): Promise<T> => awaitSteps(parallel<T>(current, first, second)),
  };
}

async function parallel<T>(current: CurrentRun, first: unknown, second: unknown): Promise<T> {
  const [{ mode }, callback] = (typeof first === "function" ? [{}, first] : [first ?? {}, second]) as [
    ParallelOptions,
    () => Promise<T>,
  ];
  if (typeof callback !== "function" || (mode !== undefined && mode !== "race"))
    throw stepError("group.parallel", ' takes `{ mode: "race" }`, or nothing, and a function');
  const storage = requireStorage("group.parallel", 'give each step `parallelMode: "race"`');
  const run = storage.getStore() ?? current;
  return storage.run({ ...run, execution: { ...(run.execution as AsyncExecution), parallelMode: "race" } }, callback);
}
