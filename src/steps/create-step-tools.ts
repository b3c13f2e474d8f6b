/** The `step` object that handlers get. Made once for each call by the replay machine. */
import { noRealtime } from "../errors/index.ts";
import type { AnyEvents, EventRecord, SendableEvent } from "../events/index.ts";
import { models } from "./ai-model.ts";
import type { RegisterStep, StepOptionsOrId, StepTool } from "./step-call.ts";
import { infer, type StepAi, wrap } from "./tools/ai.ts";
import { createStepFetch, type StepFetch } from "./tools/fetch.ts";
import { invoke, type StepInvoke } from "./tools/invoke.ts";
import { run, type StepRun } from "./tools/run.ts";
import { type StepSendEvent, sendEvent } from "./tools/send-event.ts";
import { type StepSendSignal, sendSignal } from "./tools/send-signal.ts";
import { type StepSleep, sleep } from "./tools/sleep.ts";
import { type StepSleepUntil, sleepUntil } from "./tools/sleep-until.ts";
import { createWaitForEvent, type StepWaitForEvent } from "./tools/wait-for-event.ts";
import { type StepWaitForSignal, waitForSignal } from "./tools/wait-for-signal.ts";

/** The tools of `step`. Each call is a step: done once, remembered, and retried by itself. */
export interface StepTools<TEvents extends EventRecord = AnyEvents> {
  run: StepRun;
  sleep: StepSleep;
  sleepUntil: StepSleepUntil;
  waitForEvent: StepWaitForEvent<TEvents>;
  waitForSignal: StepWaitForSignal;
  sendSignal: StepSendSignal;
  sendEvent: StepSendEvent<SendableEvent<TEvents>>;
  invoke: StepInvoke;
  fetch: StepFetch;
  ai: StepAi;
  /** Not built: `publish` rejects and says so. */
  realtime: Pick<typeof noRealtime, "publish">;
}

/** @param isInside whether a step's function runs at this very moment. */
export function createStepTools(register: RegisterStep, isInside: () => boolean): StepTools {
  // What a tool takes and gives its type says to users; what users give, its own rules check.
  const tool = <T>(tool: StepTool): T => {
    const call: unknown = (options: StepOptionsOrId, ...input: unknown[]) => register(tool, options, input);
    return call as T;
  };
  const worker = <T>(tool: StepTool): T => {
    const call: unknown = (options: StepOptionsOrId, work: unknown, ...input: unknown[]) =>
      register(tool, options, input, work);
    return call as T;
  };
  return {
    run: worker(run),
    sleep: tool(sleep),
    sleepUntil: tool(sleepUntil),
    waitForEvent: createWaitForEvent(register),
    waitForSignal: tool(waitForSignal),
    sendSignal: tool(sendSignal),
    sendEvent: tool(sendEvent),
    invoke: tool(invoke),
    fetch: createStepFetch(register, isInside),
    ai: { infer: tool(infer), wrap: worker(wrap), models },
    realtime: noRealtime,
  };
}
