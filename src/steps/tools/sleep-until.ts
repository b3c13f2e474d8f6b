/** `step.sleepUntil`: like sleep, to a moment. */
import { type TimestampInput, toTimestamp } from "../../duration/index.ts";
import type { StepOptionsOrId, StepTool } from "../step-call.ts";

/** Waits until a moment: a Date, an ISO 8601 text, or a Temporal.Instant. A moment in the past goes on at once. */
export type StepSleepUntil = (idOrOptions: StepOptionsOrId, time: TimestampInput) => Promise<void>;

export const sleepUntil: StepTool = {
  kind: "sleep",
  op: "Sleep",
  toParts: ([time]) => ({ name: toTimestamp(time as TimestampInput), opts: {} }),
};
