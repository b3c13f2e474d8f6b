/** `step.waitForSignal`: goes on when a signal is sent to it by name, or when it has waited long enough. */
import { type DurationInput, type InstantLike, toTimeStringOrTimestamp } from "../duration/index.ts";
import { moment, oneOf, shape, text } from "../options/index.ts";
import type { StepOptionsOrId, StepTool } from "./step-call.ts";

/** What `step.waitForSignal` takes. */
export interface WaitForSignalOptions {
  /** The signal's name. One run at a time waits for it. */
  signal: string;
  /** How long to wait: a length of time or a moment. */
  timeout: DurationInput | Date | InstantLike;
  /** What happens when another run already waits for it. Default: `"fail"`. */
  onConflict?: "replace" | "fail";
}

/** Waits for a signal. Null when none came in time. `TData` is what its sender sends. */
export type StepWaitForSignal = <TData = unknown>(
  idOrOptions: StepOptionsOrId,
  options: WaitForSignalOptions,
) => Promise<{ signal: string; data: TData } | null>;

export const waitForSignal: StepTool = {
  kind: "waitForSignal",
  op: "WaitForSignal",
  takes: shape({ signal: text, timeout: moment, onConflict: oneOf("replace", "fail") }, "signal", "timeout"),
  toParts([given]) {
    const { signal, timeout, onConflict: conflict = "fail" } = given as WaitForSignalOptions;
    return { name: signal, opts: { signal, timeout: toTimeStringOrTimestamp(timeout), conflict } };
  },
};
