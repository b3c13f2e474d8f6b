/** The SDK. Entry of `stepwell`. */
export type {
  BaseContext,
  ClientOptions,
  ClientOptionsFromInngest,
  EventNameFromTrigger,
  EventNameOf,
  FailureEventArgs,
  FailureEventPayload,
  GetEvents,
  GetFunctionInput,
  GetFunctionOutput,
  GetFunctionOutputRaw,
  GetStepTools,
  LogLevel,
  ScheduledTimerEventPayload,
  SendEventBaseOutput,
  SendEventPayload,
  SendOptions,
  SendSignalOptions,
  SendSignalResponse,
} from "./client/index.ts";
export { ConsoleLogger, Inngest, isInngest, ProxyLogger } from "./client/index.ts";
export type {
  Backoff,
  BackoffFunction,
  DurationInput,
  DurationLike,
  ExponentialBackoff,
  InstantLike,
  Retries,
  TimeString,
  TimeString as TimeStr,
  TimestampInput,
} from "./duration/index.ts";
export { durationToMs } from "./duration/index.ts";
export type { ErrorCode } from "./errors/index.ts";
export {
  EventValidationError,
  NonRetriableError,
  RetryAfterError,
  StepError,
  StepwellError,
  serializeError,
} from "./errors/index.ts";
export type {
  CreatedEvent,
  EventDetails,
  EventRecord,
  SendableEvent,
  StandardSchemaV1,
} from "./events/index.ts";
export { EventSchemas, EventType, eventType, invoke, staticSchema } from "./events/index.ts";
export type {
  CancelOn,
  CheckpointingOption,
  Concurrency,
  Context,
  FailureContext,
  FailureEventData,
  FailureHandler,
  FunctionOptions,
  Handler,
  InngestFunction,
  InngestFunctionReference,
  Logger,
  RunConcurrency,
} from "./function/index.ts";
export { cron, isInngestFunction, referenceFunction } from "./function/index.ts";
export type {
  ActionResponse,
  CommHandlerOptions,
  HandlerActions,
  ServeOptions,
  ServeOptions as RegisterOptions,
  ServeOptions as ServeHandlerOptions,
} from "./handler/index.ts";
export { InngestCommHandler } from "./handler/index.ts";
export type {
  AnyMiddleware,
  ContextAdditions,
  EncryptionOptions,
  EncryptionService,
  InngestMiddlewareOptions,
  ValidationOptions,
} from "./middleware/index.ts";
export {
  dependencyInjectionMiddleware,
  encryptionMiddleware,
  InngestMiddleware,
  Middleware,
  serializerMiddleware,
  validationMiddleware,
} from "./middleware/index.ts";
// Not through the folder's index: its object of limits would be in every app's bundle.
export { internalEvents } from "./protocol/event.ts";
export { headerKeys, queryKeys } from "./protocol/headers.ts";
export type {
  EventMeta,
  EventPayload,
  EventSessions,
  Operation as OutgoingOp,
  ReceivedEvent,
  SerializedError as JsonError,
} from "./protocol/index.ts";
export { packageVersion as version } from "./protocol/version.ts";
export type {
  AiModel,
  AnthropicOptions,
  AzureOpenAiOptions,
  GroupTools,
  InferOptions,
  InvokeOptions,
  Jsonify,
  ModelOptions,
  ParallelOptions,
  SignalPayload,
  StepFetch,
  StepOptions,
  StepOptionsOrId,
  StepTools,
  WaitForEventOptions,
  WaitForSignalOptions,
} from "./steps/index.ts";
export {
  anthropic,
  azureOpenai,
  deepseek,
  fetch,
  gemini,
  grok,
  group,
  models,
  openai,
  openaiResponses,
  step,
} from "./steps/index.ts";
