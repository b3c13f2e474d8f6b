/** The SDK. Entry of `stepwell`. */
export type { ClientOptions, EventNameOf, SendOptions } from "./client/index.ts";
export { Inngest, isInngest } from "./client/index.ts";
export type { DurationInput, TimeString, TimestampInput } from "./duration/index.ts";
export type { ErrorCode } from "./errors/index.ts";
export { NonRetriableError, RetryAfterError, StepError, StepwellError, serializeError } from "./errors/index.ts";
export type {
  Context,
  EventRecord,
  FailureContext,
  FailureEventData,
  FailureHandler,
  FunctionOptions,
  Handler,
  InngestFunction,
  Logger,
  SendableEvent,
} from "./function/index.ts";
export { EventSchemas, isInngestFunction } from "./function/index.ts";
export type { ServeOptions } from "./handler/index.ts";
export type { EventPayload, ReceivedEvent } from "./protocol/index.ts";
export { headerKeys, internalEvents, packageVersion as version, queryKeys } from "./protocol/index.ts";
export type { Jsonify, StepOptions, StepOptionsOrId, StepTools } from "./steps/index.ts";
