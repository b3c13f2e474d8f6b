/** The hooks of v3 middleware, as their authors write them. Types only. */
import type { MaybePromise, MiddlewareContext } from "./hook-args.ts";
import type { MiddlewareClient, MiddlewareFunction, OutgoingEvent } from "./open-pipeline.ts";

/** A remembered step as v3 middleware sees it. */
export interface V3Step {
  /** The hashed id. */
  id: string;
  data?: unknown;
  error?: unknown;
  input?: unknown;
}

/** How a step or a function ended. */
export interface V3Result {
  data?: unknown;
  error?: unknown;
}

/** The step whose output `transformOutput` sees. */
export interface V3OutputStep {
  id: string;
  op: "StepRun";
  name: string;
  displayName: string;
  userland: { id: string };
}

export interface V3RunArgs {
  ctx: Omit<MiddlewareContext, "step" | "logger">;
  fn: MiddlewareFunction;
  steps: readonly Readonly<V3Step>[];
  reqArgs: readonly unknown[];
}

export interface V3TransformInputArgs {
  ctx: MiddlewareContext;
  fn: MiddlewareFunction;
  steps: readonly Readonly<V3Step>[];
  reqArgs: readonly unknown[];
}

/** What is given is laid over the context, and over each step in turn. */
export interface V3TransformedInput {
  ctx?: Record<string, unknown>;
  steps?: readonly { data?: unknown }[];
}

/** The hooks of one call. */
export interface V3RunHooks {
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that changes nothing returns nothing
  transformInput?(args: V3TransformInputArgs): MaybePromise<V3TransformedInput | undefined | void>;
  beforeMemoization?(): MaybePromise<void>;
  afterMemoization?(): MaybePromise<void>;
  beforeExecution?(): MaybePromise<void>;
  afterExecution?(): MaybePromise<void>;
  /** Of a step when `step` is there, else of the function. */
  transformOutput?(args: {
    result: V3Result;
    step?: V3OutputStep;
    // biome-ignore lint/suspicious/noConfusingVoidType: as above
  }): MaybePromise<{ result?: V3Result } | undefined | void>;
  /** The handler has returned or thrown. */
  finished?(args: { result: V3Result }): MaybePromise<void>;
  beforeResponse?(): MaybePromise<void>;
}

/** The hooks of one call of `send`. */
export interface V3SendHooks {
  // biome-ignore lint/suspicious/noConfusingVoidType: as above
  transformInput?(args: { payloads: OutgoingEvent[] }): MaybePromise<{ payloads?: OutgoingEvent[] } | undefined | void>;
  transformOutput?(args: {
    result: { ids: string[] };
    // biome-ignore lint/suspicious/noConfusingVoidType: as above
  }): MaybePromise<{ result?: { ids?: string[] } } | undefined | void>;
}

/** What `init` gives. */
export interface V3Hooks {
  onFunctionRun?(args: V3RunArgs): MaybePromise<V3RunHooks>;
  onSendEvent?(): MaybePromise<V3SendHooks>;
}

/** Called once for a client, or once for a function that lists the middleware, which is `fn` then: gives the hooks. */
export type V3Init = (args: { client: MiddlewareClient; fn?: MiddlewareFunction }) => MaybePromise<V3Hooks>;
