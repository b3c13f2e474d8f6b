/** The option by which steps are reported while a function goes on, instead of one call a step. Of clients and functions. */
import { type DurationInput, durationToMs } from "../duration/index.ts";
import { duration, flag, fromSpec, type Rule, shape } from "../options/index.ts";

/** True: on, with the defaults. False: one call a step. */
export type CheckpointingOption =
  | boolean
  | {
      /** Steps that are collected before they are reported. Default: 1. */
      bufferedSteps?: number;
      /** Longest time that a finished step waits to be reported. Default: 0, as long as the buffer takes to fill. */
      maxInterval?: DurationInput;
      /** Longest time that the function goes on in one call. Default: 10 s. */
      maxRuntime?: DurationInput;
    };

/** The option with its defaults filled in. */
export interface Checkpointing {
  bufferedSteps: number;
  /** Zero: no timer. */
  maxIntervalMs: number;
  maxRuntimeMs: number;
}

const MAX_RUNTIME_MS = 10_000;

const settings = shape({
  bufferedSteps: fromSpec({ kind: "number", whole: true, min: 1 }),
  maxInterval: duration,
  maxRuntime: duration,
});

export const checkpointingRule: Rule = (value, path, report) =>
  (typeof value === "object" ? settings : flag)(value, path, report);

/** Null: off. */
export function toCheckpointing(option: CheckpointingOption): Checkpointing | null {
  if (option === false) return null;
  const { bufferedSteps = 1, maxInterval = 0, maxRuntime = MAX_RUNTIME_MS } = option === true ? {} : option;
  return { bufferedSteps, maxIntervalMs: durationToMs(maxInterval), maxRuntimeMs: durationToMs(maxRuntime) };
}
