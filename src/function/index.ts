/** Functions: their options, triggers and registration. */
export type { Checkpointing, CheckpointingOption } from "./checkpointing.ts";
export { checkpointingRule, toCheckpointing } from "./checkpointing.ts";
export type { Context, FailureContext, FailureEventData, FailureHandler, Handler, LogArg, Logger } from "./context.ts";
export { provideExecutions } from "./create-execution.ts";
export type { InngestFunction } from "./create-function.ts";
export { createFunctionRecord, isInngestFunction } from "./create-function.ts";
export { cron } from "./cron.ts";
export type { CancelOn, Concurrency, FunctionOptions, RunConcurrency } from "./options.ts";
export type { InngestFunctionReference } from "./reference-function.ts";
export { referenceFunction } from "./reference-function.ts";
export { slugify } from "./slugify.ts";
export { failureFunctionId, toRegistration } from "./to-registration.ts";
export type { InvokeData, TriggeredEvent, Triggers } from "./triggers.ts";
