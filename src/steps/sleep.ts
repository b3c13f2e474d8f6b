/** `step.sleep`: the engine waits, not the app. */
import { type DurationInput, toTimeString } from "../duration/index.ts";
import { parseStepOptions, type RegisterStep, type StepOptionsOrId } from "./step-call.ts";

/** Waits for a length of time: milliseconds, a text such as `"1h30m"`, or a Temporal.Duration. */
export type StepSleep = (idOrOptions: StepOptionsOrId, duration: DurationInput) => Promise<void>;

export function createSleep(register: RegisterStep): StepSleep {
  return async (idOrOptions, duration) => {
    const { id, displayName } = parseStepOptions("sleep", idOrOptions);
    await register({ op: "Sleep", id, displayName, name: toTimeString(duration), opts: {}, run: null });
  };
}
