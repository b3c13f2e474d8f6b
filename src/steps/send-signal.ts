/** `step.sendSignal`: a signal sent once, however often the function is replayed. */
import { objectOf, type StepOptionsOrId, type StepTool, textOf } from "./step-call.ts";

/** What a signal carries. */
export interface SignalPayload {
  /** The name that `step.waitForSignal` waits for. */
  signal: string;
  data?: unknown;
}

/** Sends a signal over HTTP; the client's `sendSignal`. */
export type SendSignal = (payload: SignalPayload) => Promise<{ runId?: string | undefined }>;

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
