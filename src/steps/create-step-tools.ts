/** The `step` object that handlers get. Made once for each call by the replay machine. */
import type { AnyEvents, EventRecord, SendableEvent } from "../events/index.ts";
import { createRun, type StepRun } from "./run.ts";
import { createSendEvent, type SendEvents, type StepSendEvent } from "./send-event.ts";
import { createSleep, type StepSleep } from "./sleep.ts";
import { createSleepUntil, type StepSleepUntil } from "./sleep-until.ts";
import type { RegisterStep } from "./step-call.ts";

/** The tools of `step`. Each call is a step: done once, remembered, and retried by itself. */
export interface StepTools<TEvents extends EventRecord = AnyEvents> {
  run: StepRun;
  sleep: StepSleep;
  sleepUntil: StepSleepUntil;
  sendEvent: StepSendEvent<SendableEvent<TEvents>>;
}

export function createStepTools(register: RegisterStep, send: SendEvents): StepTools {
  return {
    run: createRun(register),
    sleep: createSleep(register),
    sleepUntil: createSleepUntil(register),
    sendEvent: createSendEvent(register, send),
  };
}
