/** The seam: the messages that travel between an app and an engine. Entry of `stepwell/protocol`. */
import * as limits from "./limits.ts";

export type { CallContext, CallRequest, CallStack, MemoizedStep } from "./call.ts";
export type { CheckpointRequest } from "./checkpoint.ts";
export type { SerializedError } from "./error.ts";
export type {
  EventMeta,
  EventPayload,
  EventSessions,
  EventSessionValue,
  PropagatedEventSessionValue,
  ReceivedEvent,
  SendEventResponse,
} from "./event.ts";
export { internalEvents, isInternalEventName } from "./event.ts";
export type { FlowOptions } from "./function-options.ts";
export { excludedOption, exclusionReason, flowOptions, retryOptions, triggerOptions } from "./function-options.ts";
export type { ServerKind, SyncKind } from "./headers.ts";
export { headerKeys, queryKeys } from "./headers.ts";
export type { Logged, LoggedLine } from "./log.ts";
export { logsBefore, logsBetween } from "./log.ts";
export type { Opcode, Operation, Userland } from "./opcode.ts";
export { discoveryStepId, isOpcode, opcodes, runCompleteId } from "./opcode.ts";
export type {
  EitherSpec,
  ExpressionSpec,
  FlagSpec,
  ListSpec,
  NameSpec,
  NumberSpec,
  OptionSpec,
  ScalarSpec,
  ShapeSpec,
  SpecFields,
  TimeSpec,
  UntilSpec,
  WordSpec,
} from "./option-spec.ts";
export { allowedText, shapeText } from "./option-spec.ts";
export type {
  Capabilities,
  CronTrigger,
  EventTrigger,
  FunctionConfig,
  InBandSyncResponse,
  Introspection,
  RegisteredRetries,
  RegisterRequest,
  RegisterResponse,
  StepConfig,
  Trigger,
} from "./registration.ts";
export { parseTimeString } from "./time-string.ts";
export {
  introspectionSchemaVersion,
  packageVersion,
  protocolVersion,
  requestVersion,
  sdkHeaderValue,
  userAgent,
} from "./version.ts";
export { limits };
