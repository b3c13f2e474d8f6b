/** `step.sendSignal`: a signal sent once, however often the function is replayed. */
import { anything, shape, text } from "../../options/index.ts";
import type { SignalPayload, StepOptionsOrId, StepTool } from "../step-call.ts";

/** Wakes the run that waits for a signal. `runId` is absent when none waits. */
export type StepSendSignal = (idOrOptions: StepOptionsOrId, payload: SignalPayload) => Promise<{ runId?: string }>;

export const sendSignal: StepTool = {
  kind: "sendSignal",
  op: "StepPlanned",
  takes: shape({ signal: text, data: anything }, "signal"),
  toParts: ([given], _id, env) => ({
    name: "sendSignal",
    opts: { type: "step.sendSignal", signal: (given as SignalPayload).signal },
    run: ([payload]) => env.sendSignal(payload as SignalPayload),
  }),
};
