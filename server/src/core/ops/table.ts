/** What the engine does with each opcode. An opcode that is missing here does not compile. */
import type { Opcode } from "stepwell/protocol";
import { discoveryRequest, none } from "./discovery-request.ts";
import type { ApplyOperation } from "./draft.ts";
import { runComplete } from "./run-complete.ts";
import { sleep } from "./sleep.ts";
import { stepError, stepFailed } from "./step-error.ts";
import { stepPlanned } from "./step-planned.ts";
import { step, stepRun } from "./step-run.ts";
import { unsupported } from "./unsupported.ts";

export const operationTable: Record<Opcode, ApplyOperation> = {
  None: none,
  Step: step,
  StepRun: stepRun,
  StepError: stepError,
  StepFailed: stepFailed,
  StepPlanned: stepPlanned,
  Sleep: sleep,
  WaitForEvent: unsupported("step.waitForEvent"),
  WaitForSignal: unsupported("step.waitForSignal"),
  InvokeFunction: unsupported("step.invoke"),
  Gateway: unsupported("step.fetch"),
  AIGateway: unsupported("step.ai.infer"),
  RunComplete: runComplete,
  SyncRunComplete: unsupported("a durable endpoint"),
  DiscoveryRequest: discoveryRequest,
  DeferAdd: unsupported("defer"),
  DeferAbort: unsupported("defer"),
};
