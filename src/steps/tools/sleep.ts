/** `step.sleep`: the engine waits, not the app. */
import type { DurationInput } from "../../duration/index.ts";
import { type StepOptionsOrId, type StepTool, waitText } from "../step-call.ts";

/**
 * Waits for a length of time: milliseconds, a text such as `"1h30m"`, or a Temporal.Duration. Never shorter; an engine that
 * counts whole seconds waits up to one longer. Zero, and what is negative, goes on at once.
 */
export type StepSleep = (idOrOptions: StepOptionsOrId, duration: DurationInput) => Promise<void>;

export const sleep: StepTool = {
  kind: "sleep",
  op: "Sleep",
  toParts: ([duration], _id, env) => ({ name: waitText(duration as DurationInput, env), opts: {} }),
};
