/** Functions: their options, triggers and registration. */

export type { AnyEvents, EventName, EventRecord, SendableEvent } from "../events/index.ts";
export { EventSchemas } from "../events/index.ts";
export type { Context, FailureContext, FailureEventData, FailureHandler, Handler, Logger } from "./context.ts";
export type { InngestFunction } from "./create-function.ts";
export { createFunctionRecord, isInngestFunction } from "./create-function.ts";
export type { FunctionOptions } from "./options.ts";
export { failureFunctionId, toRegistration } from "./to-registration.ts";
export type { TriggeredEvent, TriggerInput } from "./triggers.ts";
