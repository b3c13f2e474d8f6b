/** Middleware: what apps define, and the door through which the client and the handler come to it. */
import * as Middleware from "./define.ts";

export { BaseMiddleware } from "./base-middleware.ts";
export { dependencyInjectionMiddleware } from "./built-in/dependency-injection.ts";
export { type EncryptionOptions, encryptionMiddleware } from "./built-in/encryption.ts";
export type { EncryptionService } from "./built-in/encryption-service.ts";
export { createRunLogger } from "./built-in/run-logger.ts";
export { serializerMiddleware } from "./built-in/serializer.ts";
export { type ValidationOptions, validationMiddleware } from "./built-in/validation.ts";
export type { ContextAdditions, MiddlewareClass } from "./context-additions.ts";
export type { ExecutionHooks, HookContext, StepInfo, StepInput, StepMoment, StepType } from "./hooks.ts";
export { InngestMiddleware, type InngestMiddlewareOptions } from "./inngest-middleware.ts";
export {
  type AnyMiddleware,
  assertMiddleware,
  type MiddlewareClient,
  type MiddlewareFunction,
  type MiddlewareResponse,
  type OutgoingEvent,
  openPipeline,
  type Pipeline,
  type PipelineOwner,
} from "./open-pipeline.ts";
export type { StepDriver, StepPort } from "./step-driver.ts";
export { Middleware };
