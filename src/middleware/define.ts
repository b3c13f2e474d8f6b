/** What is exported as `Middleware`: the class to extend and the types of its hooks. */
export { BaseMiddleware } from "./base-middleware.ts";
export type { MiddlewareClass as Class } from "./context-additions.ts";
export type {
  MiddlewareContext as Context,
  MiddlewareHooks as Hooks,
  MiddlewareStepTools as StepTools,
  OnMemoizationEndArgs,
  OnRunCompleteArgs,
  OnRunErrorArgs,
  OnRunStartArgs,
  OnStepCompleteArgs,
  OnStepErrorArgs,
  OnStepStartArgs,
  RegisterArgs as OnRegisterArgs,
  TransformFunctionInputArgs,
  TransformSendEventArgs,
  TransformStepInputArgs,
  WrapFunctionHandlerArgs,
  WrapRequestArgs,
  WrapSendEventArgs,
  WrapStepArgs,
  WrapStepHandlerArgs,
} from "./hook-args.ts";
export type { StepInfo, StepType } from "./hooks.ts";
export type { MiddlewareResponse as Response, RequestInfo, RequestInfo as Request } from "./open-pipeline.ts";
export type { DefaultStaticTransform, StaticTransform } from "./output-transform.ts";
