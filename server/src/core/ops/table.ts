/**
 * What the engine does with each opcode. An opcode that is missing here does not compile.
 *
 * Main file of the room `ops`. What an operation in an app's answer means: one file an opcode, and the table that must
 * know them all.
 */
import type { Opcode } from "stepwell/protocol";
import { aiGateway } from "./ai-gateway.ts";
import { discoveryRequest, none } from "./discovery-request.ts";
import type { ApplyOperation } from "./draft.ts";
import { gateway } from "./gateway.ts";
import { invokeFunction } from "./invoke-function.ts";
import { runComplete } from "./run-complete.ts";
import { sleep } from "./sleep.ts";
import { stepError, stepFailed } from "./step-error.ts";
import { stepPlanned } from "./step-planned.ts";
import { step, stepRun } from "./step-run.ts";
import { unsupported } from "./unsupported.ts";
import { waitForEvent } from "./wait-for-event.ts";
import { waitForSignal } from "./wait-for-signal.ts";

export const operationTable: Record<Opcode, ApplyOperation> = {
  None: none,
  Step: step,
  StepRun: stepRun,
  StepError: stepError,
  StepFailed: stepFailed,
  StepPlanned: stepPlanned,
  Sleep: sleep,
  WaitForEvent: waitForEvent,
  WaitForSignal: waitForSignal,
  InvokeFunction: invokeFunction,
  Gateway: gateway,
  AIGateway: aiGateway,
  RunComplete: runComplete,
  SyncRunComplete: unsupported("a durable endpoint"),
  DiscoveryRequest: discoveryRequest,
  DeferAdd: unsupported("defer"),
  DeferAbort: unsupported("defer"),
};
