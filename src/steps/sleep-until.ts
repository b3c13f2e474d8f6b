/** `step.sleepUntil`: like sleep, to a moment. */
import { type TimestampInput, toTimestamp } from "../duration/index.ts";
import { parseStepOptions, type RegisterStep, type StepOptionsOrId } from "./step-call.ts";

/** Waits until a moment: a Date, an ISO 8601 text, or a Temporal.Instant. A moment in the past goes on at once. */
export type StepSleepUntil = (idOrOptions: StepOptionsOrId, time: TimestampInput) => Promise<void>;

export function createSleepUntil(register: RegisterStep): StepSleepUntil {
  return async (idOrOptions, time) => {
    const { id, displayName } = parseStepOptions("sleepUntil", idOrOptions);
    await register({ op: "Sleep", id, displayName, name: toTimestamp(time), opts: {}, run: null });
  };
}
