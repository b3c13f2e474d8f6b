/** `step.waitForSignal`: goes on when a signal is sent to it by name, or when it has waited long enough. */
import type { DurationInput, InstantLike } from "../../duration/index.ts";
import { oneOf, shape, text, waitTime } from "../../options/index.ts";
import { type StepOptionsOrId, type StepTool, waitText } from "../step-call.ts";

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
  takes: shape({ signal: text, timeout: waitTime, onConflict: oneOf("replace", "fail") }, "signal", "timeout"),
  toParts([given], _id, env) {
    const { signal, timeout, onConflict: conflict = "fail" } = given as WaitForSignalOptions;
    return { name: signal, opts: { signal, timeout: waitText(timeout, env), conflict } };
  },
};
