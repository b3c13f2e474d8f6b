/** `step.sleep`: the engine waits, not the app. */
import { type DurationInput, toTimeString } from "../duration/index.ts";
import type { StepOptionsOrId, StepTool } from "./step-call.ts";

/** Waits for a length of time: milliseconds, a text such as `"1h30m"`, or a Temporal.Duration. */
export type StepSleep = (idOrOptions: StepOptionsOrId, duration: DurationInput) => Promise<void>;

export const sleep: StepTool = {
  kind: "sleep",
  op: "Sleep",
  toParts: ([duration]) => ({ name: toTimeString(duration as DurationInput), opts: {} }),
};
