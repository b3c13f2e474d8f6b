/**
 * What this SDK emits of the protocol's opcodes. Typed over `Opcode`: a new opcode does not compile until it is placed here.
 */
import type { Opcode } from "../protocol/opcode.ts";

/** Opcodes with which a step tool reports a step that has no result yet. */
export type EmittedOpcode =
  | "StepPlanned"
  | "Sleep"
  | "WaitForEvent"
  | "WaitForSignal"
  | "InvokeFunction"
  | "Gateway"
  | "AIGateway";

/** For each opcode the step tools that emit it, `"outcome"` for what running a step turns into, or that nothing here does. */
export const emittedOpcodes: {
  readonly [TOpcode in Opcode]: TOpcode extends EmittedOpcode
    ? readonly string[]
    : "outcome" | "not emitted by this SDK";
} = {
  None: "not emitted by this SDK",
  Step: "not emitted by this SDK",
  StepRun: "outcome",
  StepError: "outcome",
  StepFailed: "outcome",
  StepPlanned: ["run", "sendEvent", "sendSignal", "ai.wrap"],
  Sleep: ["sleep", "sleepUntil"],
  WaitForEvent: ["waitForEvent"],
  WaitForSignal: ["waitForSignal"],
  InvokeFunction: ["invoke"],
  Gateway: ["fetch"],
  AIGateway: ["ai.infer"],
  RunComplete: "outcome",
  SyncRunComplete: "not emitted by this SDK",
  DiscoveryRequest: "not emitted by this SDK",
  DeferAdd: "not emitted by this SDK",
  DeferAbort: "not emitted by this SDK",
};
