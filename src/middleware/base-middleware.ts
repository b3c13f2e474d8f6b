/** The class that middleware extends. Made anew by the pipeline for each request, and for each sending of events. */

import type * as hooks from "./hook-args.ts";
import type { MaybePromise, MiddlewareHooks, RegisterArgs, RunArgs } from "./hook-args.ts";
import type { AnyMiddleware, MiddlewareClient, MiddlewareResponse, Pipeline, PipelineOwner } from "./open-pipeline.ts";
import { createPipeline, type PipelineEntry } from "./pipeline.ts";

/**
 * A middleware: extend it, override the hooks that matter, and pass the class itself.
 * One instance serves one request, or one call of `send`: fields may hold what belongs to it.
 * @example
 * ```ts
 * import { Inngest, Middleware } from "stepwell";
 *
 * class Timing extends Middleware.BaseMiddleware {
 *   readonly id = "timing";
 *   override async wrapStepHandler({ next, stepInfo }: Middleware.WrapStepHandlerArgs): Promise<unknown> {
 *     const startMs = Date.now();
 *     try {
 *       return await next();
 *     } finally {
 *       console.info(`${stepInfo.options.id} took ${Date.now() - startMs} ms`);
 *     }
 *   }
 * }
 *
 * export const client = new Inngest({ id: "shop", middleware: [Timing] });
 * ```
 */
export abstract class BaseMiddleware implements MiddlewareHooks {
  abstract readonly id: string;
  readonly client: MiddlewareClient;

  constructor({ client }: { client: MiddlewareClient }) {
    this.client = client;
  }

  /** Called once for the client, when it is made, and once for each function that lists the class. */
  static onRegister?(args: RegisterArgs): void;

  static "~pipeline"(list: readonly AnyMiddleware[], owner: PipelineOwner): Pipeline {
    return createPipeline(list as readonly PipelineEntry[], owner);
  }

  transformFunctionInput?(args: hooks.TransformFunctionInputArgs): MaybePromise<hooks.TransformFunctionInputArgs>;
  transformStepInput?(args: hooks.TransformStepInputArgs): MaybePromise<hooks.TransformStepInputArgs>;
  transformSendEvent?(args: hooks.TransformSendEventArgs): MaybePromise<hooks.TransformSendEventArgs>;
  wrapRequest?(args: hooks.WrapRequestArgs): Promise<MiddlewareResponse>;
  wrapFunctionHandler?(args: hooks.WrapFunctionHandlerArgs): Promise<unknown>;
  wrapStep?(args: hooks.WrapStepArgs): Promise<unknown>;
  wrapStepHandler?(args: hooks.WrapStepHandlerArgs): Promise<unknown>;
  wrapSendEvent?(args: hooks.WrapSendEventArgs): Promise<{ ids: string[] }>;
  onRunStart?(args: RunArgs): MaybePromise<void>;
  onRunComplete?(args: hooks.OnRunCompleteArgs): MaybePromise<void>;
  onRunError?(args: hooks.OnRunErrorArgs): MaybePromise<void>;
  onMemoizationEnd?(args: RunArgs): MaybePromise<void>;
  onStepStart?(args: hooks.StepArgs): MaybePromise<void>;
  onStepComplete?(args: hooks.OnStepCompleteArgs): MaybePromise<void>;
  onStepError?(args: hooks.OnStepErrorArgs): MaybePromise<void>;
}
