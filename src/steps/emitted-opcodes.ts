/**
 * What this SDK emits of the protocol's opcodes. Typed over `Opcode`: a new opcode does not compile until it is placed here.
 */
import type { Opcode } from "../protocol/opcode.ts";

/** Opcodes with which a step tool reports a step that has no result yet. */
export type EmittedOpcode = "StepPlanned" | "Sleep";

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
  StepPlanned: ["run", "sendEvent"],
  Sleep: ["sleep", "sleepUntil"],
  WaitForEvent: "not emitted by this SDK",
  WaitForSignal: "not emitted by this SDK",
  InvokeFunction: "not emitted by this SDK",
  Gateway: "not emitted by this SDK",
  AIGateway: "not emitted by this SDK",
  RunComplete: "not emitted by this SDK",
  SyncRunComplete: "not emitted by this SDK",
  DiscoveryRequest: "not emitted by this SDK",
  DeferAdd: "not emitted by this SDK",
  DeferAbort: "not emitted by this SDK",
};
