/**
 * The SDK. Entry of `stepwell`.
 * @module stepwell
 */
export type {
  BaseContext,
  ClientOptions,
  ClientOptionsFromInngest,
  EventNameFromTrigger,
  EventNameOf,
  EventsFromOpts,
  FailureEventArgs,
  FailureEventPayload,
  FinishedEventPayload,
  GetEvents,
  GetFunctionInput,
  GetFunctionOutput,
  GetFunctionOutputRaw,
  GetStepTools,
  HandlerWithTriggers,
  LogLevel,
  ScheduledTimerEventPayload,
  SendEventBaseOutput,
  SendEventPayload,
  SendOptions,
  SendSignalOptions,
  SendSignalResponse,
  WithoutInternal,
} from "./client/index.ts";
export { ConsoleLogger, Inngest, isInngest, ProxyLogger, wrapStringFirstLogger } from "./client/index.ts";
export { experiment } from "./compat/experiment.ts";
export { headerKeys, internalEvents, queryKeys } from "./compat/names.ts";
export { realtime } from "./compat/realtime.ts";
export type {
  Backoff,
  BackoffFunction,
  DurationInput,
  DurationLike,
  ExponentialBackoff,
  InstantLike,
  InstantLike as ZonedDateTimeLike,
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
  FromSchemaRecord as StandardEventSchemaToPayload,
  SchemaRecord as StandardEventSchemas,
  SendableEvent,
  StandardSchemaV1,
  ZodEvent as LiteralZodEventSchema,
  ZodEventRecord as ZodEventSchemas,
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
  LogArg,
  Logger,
  RunConcurrency,
} from "./function/index.ts";
export { cron, isInngestFunction, referenceFunction, slugify } from "./function/index.ts";
export type {
  ActionResponse,
  CommHandlerOptions,
  HandlerActions,
  ServeOptions,
  ServeOptions as RegisterOptions,
  ServeOptions as ServeHandlerOptions,
} from "./handler/index.ts";
export { InngestCommHandler, isInngestRequest } from "./handler/index.ts";
export type {
  AnyMiddleware,
  ContextAdditions,
  EncryptionOptions,
  EncryptionService,
  InngestMiddlewareOptions,
  InngestMiddlewareOptions as MiddlewareOptions,
  MaybePromise,
  V3Hooks as MiddlewareRegisterReturn,
  V3Init as MiddlewareRegisterFn,
  ValidationOptions,
} from "./middleware/index.ts";
export {
  dependencyInjectionMiddleware,
  encryptionMiddleware,
  InngestMiddleware,
  isInngestMiddleware,
  Middleware,
  serializerMiddleware,
  validationMiddleware,
} from "./middleware/index.ts";
export type { ExclusiveKeys, IsStringLiteral, StrictUnion, StrictUnionHelper, UnionKeys } from "./options/index.ts";
export type {
  EventMeta,
  EventMeta as ReceivedEventMeta,
  EventPayload,
  EventSessions,
  EventSessions as PropagatedEventSessions,
  EventSessionValue,
  Operation as OutgoingOp,
  PropagatedEventSessionValue,
  ReceivedEvent,
  SerializedError as JsonError,
} from "./protocol/index.ts";
// Not through the folder's index: its object of limits would be in every app's bundle.
export { packageVersion as version } from "./protocol/version.ts";
export type {
  AiAdapters,
  AiModel,
  AiModel as AiAdapter,
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
  GeminiAiAdapter,
  gemini,
  grok,
  group,
  models,
  openai,
  openaiResponses,
  step,
} from "./steps/index.ts";
