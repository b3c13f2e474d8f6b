/** `step.waitForSignal`: goes on when a signal is sent to it by name, or when it has waited long enough. */
import type { DurationInput, InstantLike } from "../duration/index.ts";
import { objectOf, type StepOptionsOrId, type StepTool, stepError, textOf } from "./step-call.ts";
import { toTimeout } from "./wait-for-event.ts";

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
  toParts([given], id) {
    const options = objectOf("waitForSignal", id, given, "`{ signal, timeout, onConflict? }`");
    const signal = textOf("waitForSignal", id, "signal", options["signal"]);
    const conflict = options["onConflict"] ?? "fail";
    if (conflict !== "replace" && conflict !== "fail")
      throw stepError("waitForSignal", `got onConflict ${JSON.stringify(conflict)}; allowed: "replace", "fail"`, id);
    return {
      name: signal,
      opts: { signal, timeout: toTimeout("waitForSignal", id, options["timeout"]), conflict },
    };
  },
};
