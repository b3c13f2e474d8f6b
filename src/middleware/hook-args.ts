/** What each v4 hook takes and gives. Types only: of middleware classes, read by the pipeline. */
import type { MemoizedStep } from "../protocol/call.ts";
import type { ReceivedEvent } from "../protocol/event.ts";
import type { HookLogger, StepIdentity, StepInfo } from "./hooks.ts";
import type {
  MiddlewareClient,
  MiddlewareFunction,
  MiddlewareResponse,
  OutgoingEvent,
  RequestInfo,
} from "./open-pipeline.ts";

/** A value, or a promise of it: what hooks may give. */
export type MaybePromise<T> = T | Promise<T>;

/** `ctx.step` as middleware sees it. */
export interface MiddlewareStepTools {
  // biome-ignore lint/suspicious/noExplicitAny: the tools of any client
  run(...args: any[]): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: the tools of any client
  sendEvent(...args: any[]): Promise<any>;
}

/** A handler's argument as middleware sees it. */
export interface MiddlewareContext {
  // biome-ignore lint/suspicious/noExplicitAny: the event of any function
  event: ReceivedEvent<string, any>;
  // biome-ignore lint/suspicious/noExplicitAny: the events of any function
  events: ReceivedEvent<string, any>[];
  runId: string;
  /** Counts from 0. */
  attempt: number;
  maxAttempts?: number;
  step: MiddlewareStepTools;
  logger: HookLogger;
}

export interface RegisterArgs {
  client: MiddlewareClient;
  /** Null: the middleware is the client's. */
  fn: MiddlewareFunction | null;
}

export interface TransformFunctionInputArgs {
  ctx: MiddlewareContext;
  fn: MiddlewareFunction;
  /** What the run remembers, by hashed id. */
  steps: Record<string, MemoizedStep>;
}

export interface TransformStepInputArgs {
  fn: MiddlewareFunction;
  stepInfo: Pick<StepInfo, "hashedId" | "memoized" | "stepType">;
  stepOptions: StepIdentity;
  input: unknown[];
}

export interface TransformSendEventArgs {
  events: OutgoingEvent[];
  /** Null: sent outside of functions. */
  fn: MiddlewareFunction | null;
}

export interface WrapRequestArgs {
  next: () => Promise<MiddlewareResponse>;
  fn: MiddlewareFunction | null;
  requestInfo: RequestInfo;
  /** What the framework called the adapter with. */
  requestArgs: readonly unknown[];
  /** Empty when the request does not say. */
  runId: string;
}

export interface RunArgs {
  ctx: MiddlewareContext;
  fn: MiddlewareFunction;
}

export interface StepArgs extends RunArgs {
  stepInfo: StepInfo;
}

interface Output {
  output: unknown;
}

interface Failure {
  /** What was thrown; if that is no error, the message of one. */
  error: Error;
  /** True when no further attempt follows. */
  isFinalAttempt: boolean;
}

interface Next {
  next: () => Promise<unknown>;
}

export type WrapFunctionHandlerArgs = RunArgs & Next;
export type WrapStepArgs = StepArgs & Next;
export type WrapStepHandlerArgs = StepArgs & Next;

export interface WrapSendEventArgs {
  next: () => Promise<{ ids: string[] }>;
  events: OutgoingEvent[];
  fn: MiddlewareFunction | null;
}

/** The hooks of a middleware; each may be left out. `hooks.ts` says in which order they run. */
export interface MiddlewareHooks {
  /** Unique among the app's middleware; names it in messages. */
  readonly id: string;
  /** Changes the handler's argument and what the run remembers. Must give what it was given, changed or not. */
  transformFunctionInput?(args: TransformFunctionInputArgs): MaybePromise<TransformFunctionInputArgs>;
  /** Changes a step's options and input. Another id makes it another step. */
  transformStepInput?(args: TransformStepInputArgs): MaybePromise<TransformStepInputArgs>;
  /** Changes events before they are sent. */
  transformSendEvent?(args: TransformSendEventArgs): MaybePromise<TransformSendEventArgs>;
  /** Around a call of the engine. What it throws is answered with status 500. */
  wrapRequest?(args: WrapRequestArgs): Promise<MiddlewareResponse>;
  /** Around the handler. `next` does not come back when the call ends at a step. */
  wrapFunctionHandler?(args: WrapFunctionHandlerArgs): Promise<unknown>;
  /** Around what a step gives to user code, remembered or new. */
  wrapStep?(args: WrapStepArgs): Promise<unknown>;
  /** Around a step's function, when it really runs: what it gives is what is remembered. */
  wrapStepHandler?(args: WrapStepHandlerArgs): Promise<unknown>;
  /** Of built-in middleware: reads the result of a step that has just run, as `transformFunctionInput` does what is remembered. */
  "~readResult"?(value: unknown): unknown;
  /** Of v3 middleware: whether only `transformFunctionInput` of the next call can read what `wrapStepHandler` gave. */
  "~readsInNextCall"?(hashedId: string): boolean;
  /** Around the sending of events. */
  wrapSendEvent?(args: WrapSendEventArgs): Promise<{ ids: string[] }>;
  /** The run begins: attempt 0 with nothing remembered. */
  onRunStart?(args: RunArgs): MaybePromise<void>;
  onRunComplete?(args: RunArgs & Output): MaybePromise<void>;
  onRunError?(args: RunArgs & Failure): MaybePromise<void>;
  /** Everything remembered has been asked for: what comes is new. */
  onMemoizationEnd?(args: RunArgs): MaybePromise<void>;
  onStepStart?(args: StepArgs): MaybePromise<void>;
  onStepComplete?(args: StepArgs & Output): MaybePromise<void>;
  onStepError?(args: StepArgs & Failure): MaybePromise<void>;
}

export type OnRunStartArgs = RunArgs;
export type OnRunCompleteArgs = RunArgs & Output;
export type OnRunErrorArgs = RunArgs & Failure;
export type OnMemoizationEndArgs = RunArgs;
export type OnStepStartArgs = StepArgs;
export type OnStepCompleteArgs = StepArgs & Output;
export type OnStepErrorArgs = StepArgs & Failure;
