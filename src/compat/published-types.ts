/**
 * `stepwell/types`: the constants and types of `inngest/types`. Imported by test kits and libraries. Its schemas of
 * messages, which are objects of zod, are not there: this package brings no zod.
 */
export type { AnyInngest, ClientOptions, SendEventBaseOutput, SendSignalResponse } from "../client/index.ts";
export type { DurationInput, TimeString as TimeStr } from "../duration/index.ts";
export type { StandardSchemaV1 } from "../events/index.ts";
export type { Context, Handler, InngestFunction, InngestFunctionReference, LogArg, Logger } from "../function/index.ts";
export type { ServeOptions as RegisterOptions, ServeOptions as ServeHandlerOptions } from "../handler/index.ts";
export type { MaybePromise } from "../middleware/index.ts";
export type { ExclusiveKeys, StrictUnion } from "../options/index.ts";
export type {
  EventMeta,
  EventPayload,
  EventSessions,
  EventSessionValue,
  Operation as OutgoingOp,
  PropagatedEventSessionValue,
  SerializedError as JsonError,
} from "../protocol/index.ts";
export type { StepOptions, StepOptionsOrId } from "../steps/index.ts";

/** How a run is carried out. Runs of this SDK are asynchronous, with checkpoints or without. */
export const StepMode = { Sync: "sync", Async: "async", AsyncCheckpointing: "async_checkpointing" } as const;
export type StepMode = (typeof StepMode)[keyof typeof StepMode];

/** Kinds of operations in an app's answer. */
export const StepOpCode = {
  WaitForSignal: "WaitForSignal",
  WaitForEvent: "WaitForEvent",
  Step: "Step",
  StepRun: "StepRun",
  StepError: "StepError",
  StepFailed: "StepFailed",
  StepPlanned: "StepPlanned",
  Sleep: "Sleep",
  /** Of a call for one step, which the function did not call. Never travels. */
  StepNotFound: "StepNotFound",
  InvokeFunction: "InvokeFunction",
  AiGateway: "AIGateway",
  Gateway: "Gateway",
  RunComplete: "RunComplete",
  DiscoveryRequest: "DiscoveryRequest",
  DeferAdd: "DeferAdd",
  DeferAbort: "DeferAbort",
} as const;
export type StepOpCode = (typeof StepOpCode)[keyof typeof StepOpCode];

/** How a durable endpoint answers while its run goes on. There are none in this SDK. */
export const AsyncResponseType = { Redirect: "redirect", Token: "token" } as const;
export type AsyncResponseType = (typeof AsyncResponseType)[keyof typeof AsyncResponseType];

/** How long one call may go on before it is answered, in milliseconds, by how the app is called. */
export const DefaultMaxRuntime = { connect: 300_000, serve: 10_000 } as const;

/** When steps are saved while a function goes on. */
export const defaultCheckpointingOptions = { bufferedSteps: 1, maxInterval: 0 } as const;

/** Levels of logging, the quietest first and off last. */
export const logLevels = ["fatal", "error", "warn", "info", "debug", "silent"] as const;

/** What came out well, or what went wrong. */
export type Result<T, E = unknown> = { ok: true; value: T } | { ok: false; error: E };

/** A {@link Result} that came out well. */
export function ok<T>(value?: T): { ok: true; value: T | undefined } {
  return { ok: true, value };
}

/** A {@link Result} of what went wrong. */
export function err<E>(error?: E): { ok: false; error: E | undefined } {
  return { ok: false, error };
}
