/** Middleware: what apps define, and the door through which the client and the handler come to it. */
import * as Middleware from "./define.ts";

export { dependencyInjectionMiddleware } from "./built-in/dependency-injection.ts";
export { type EncryptionOptions, encryptionMiddleware } from "./built-in/encryption.ts";
export type { EncryptionService } from "./built-in/encryption-service.ts";
export { createRunLogger } from "./built-in/run-logger.ts";
export { serializerMiddleware } from "./built-in/serializer.ts";
export { type ValidationOptions, validationMiddleware } from "./built-in/validation.ts";
export type { ContextAdditions } from "./context-additions.ts";
export type { MaybePromise } from "./hook-args.ts";
export type { ExecutionHooks, HookContext, StepIdentity } from "./hooks.ts";
export { InngestMiddleware, type InngestMiddlewareOptions, isInngestMiddleware } from "./inngest-middleware.ts";
export {
  type AnyMiddleware,
  assertMiddleware,
  openPipeline,
  type Pipeline,
} from "./open-pipeline.ts";
export type { HasTransform, Transformed, WithResult } from "./output-transform.ts";
export type { StepDriver, TakenStep } from "./step-driver.ts";
export type { ScopeStorage, StepScope } from "./step-scopes.ts";
export type { V3Hooks, V3Init } from "./v3-hooks.ts";
export { Middleware };
