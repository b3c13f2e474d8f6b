/** The client. */
export { Inngest } from "./client.ts";
export type { ClientOptions } from "./client-options.ts";
export type { LogLevel } from "./console-logger.ts";
export { ConsoleLogger, logLevels, says } from "./console-logger.ts";
export type {
  AnyInngest,
  BaseContext,
  ClientOptionsFromInngest,
  EventNameFromTrigger,
  EventNameOf,
  EventsFromOpts,
  FailureEventArgs,
  GetEvents,
  GetFunctionInput,
  GetFunctionOutput,
  GetFunctionOutputRaw,
  GetStepTools,
  HandlerWithTriggers,
  SendEventBaseOutput,
  SendEventPayload,
  SendSignalResponse,
} from "./derived-types.ts";
export type {
  FailureEventPayload,
  FinishedEventPayload,
  ScheduledTimerEventPayload,
  WithoutInternal,
} from "./engine-events.ts";
export type { EnvBag } from "./env.ts";
export { parseBoolean } from "./env.ts";
export type { ApiFetch, ApiResponse } from "./fetch-with-keys.ts";
export { fetchWithKeys } from "./fetch-with-keys.ts";
export type { InProcessEngine } from "./in-process-engine.ts";
export { isInngest } from "./is-inngest.ts";
export type { Mode } from "./mode.ts";
export { reachHint, withScheme } from "./mode.ts";
export { ProxyLogger } from "./proxy-logger.ts";
export type { SendOptions, SendSignalOptions } from "./send-options.ts";
export { sharedSessions } from "./sessions.ts";
export { wrapStringFirstLogger } from "./string-first-logger.ts";
