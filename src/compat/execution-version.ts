/** `InngestExecution` of the `internals` entry: which versions of a run's request format there are. */
export { InngestExecution } from "./execution-engine.ts";

/** Versions of a run's request format, by name and by number. */
export const ExecutionVersion: {
  readonly V1: 1;
  readonly V2: 2;
  readonly 1: "V1";
  readonly 2: "V2";
} = { V1: 1, V2: 2, 1: "V1", 2: "V2" };

/** The version of runs of which the engine says none. */
export const PREFERRED_ASYNC_EXECUTION_VERSION = 2;
