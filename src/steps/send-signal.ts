/** `step.sendSignal`: a signal sent once, however often the function is replayed. */
import { objectOf, type SignalPayload, type StepOptionsOrId, type StepTool, textOf } from "./step-call.ts";

/** Wakes the run that waits for a signal. `runId` is absent when none waits. */
export type StepSendSignal = (idOrOptions: StepOptionsOrId, payload: SignalPayload) => Promise<{ runId?: string }>;

export const sendSignal: StepTool = {
  kind: "sendSignal",
  op: "StepPlanned",
  toParts([given], id, env) {
    const signal = textOf(
      "sendSignal",
      id,
      "signal",
      objectOf("sendSignal", id, given, "`{ signal, data? }`")["signal"],
    );
    return {
      name: "sendSignal",
      opts: { type: "step.sendSignal", signal },
      run: ([payload]) => env.sendSignal(payload as SignalPayload),
    };
  },
};
