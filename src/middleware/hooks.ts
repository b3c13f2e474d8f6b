/**
 * What the replay machine and the handler call when an app has middleware. Implemented by the pipeline, called by
 * `src/execution`. A hook that no middleware defines is absent, so that it costs nothing. Types only.
 *
 * Hooks take their time: while a promise of one is pending, `next()` of the wrapping ones aside, user code is not at rest.
 */
import type { MemoizedStep } from "../protocol/call.ts";
import type { ReceivedEvent } from "../protocol/event.ts";

type MaybePromise<T> = T | Promise<T>;

/** The kind of a step, as middleware sees it. */
export type StepType =
  | "run"
  | "sendEvent"
  | "sendSignal"
  | "sleep"
  | "waitForEvent"
  | "waitForSignal"
  | "invoke"
  | "fetch"
  | "ai.infer"
  | "ai.wrap"
  | "group.experiment"
  | "realtime.publish"
  | "unknown";

/** A step's id and the name it is shown by. */
export interface StepIdentity {
  id: string;
  /** Default: the id. */
  name?: string;
}

/** What middleware is told of a step. */
export interface StepInfo {
  /** The id as it travels: hashed, and counted when it is repeated. */
  hashedId: string;
  /** Whether the run remembers how the step ended. */
  memoized: boolean;
  stepType: StepType;
  options: StepIdentity;
  /** Arguments of the step's function; of a step that the engine carries out, its one object of options. Absent: none. */
  input?: unknown[];
}

/** A handler's argument, as middleware sees it; middleware may have added keys to it and to `step`. */
export interface HookContext {
  event: ReceivedEvent;
  events: ReceivedEvent[];
  runId: string;
  attempt: number;
  maxAttempts?: number;
  step: object;
  logger: HookLogger;
  [key: string]: unknown;
}

export interface HookLogger {
  debug(...args: unknown[]): void;
  info(...args: unknown[]): void;
  warn(...args: unknown[]): void;
  error(...args: unknown[]): void;
}

export interface FunctionInput {
  ctx: HookContext;
  /** By hashed id. */
  steps: Record<string, MemoizedStep>;
}

export interface StepInput {
  /** Without `options` and `input`, which stand beside it. */
  stepInfo: Pick<StepInfo, "hashedId" | "memoized" | "stepType">;
  /** Another id makes it another step: it is hashed and looked up again. */
  stepOptions: StepIdentity;
  /** As in {@link StepInfo}; empty when there is none. */
  input: unknown[];
}

/** A step, before or while it runs. */
export interface StepMoment {
  ctx: HookContext;
  stepInfo: StepInfo;
}

/** Keeps middleware from wrapping the steps that it makes itself, in its own `wrapStep`. */
export interface StepGuard {
  /** Whether the step was made in this middleware's `wrapStep`, before or after `next()`. */
  skips(member: object): boolean;
  /** Calls a middleware's `wrapStep`. */
  around(
    member: object,
    call: (next: () => Promise<unknown>) => Promise<unknown>,
    next: () => Promise<unknown>,
  ): Promise<unknown>;
}

/**
 * The hooks of one request. Order of a call: transformFunctionInput, [onMemoizationEnd, onRunStart when nothing is
 * remembered,] wrapFunctionHandler(for each step: transformStepInput, [onMemoizationEnd once the last remembered step has
 * been asked for,] wrapStep(onStepStart, wrapStepHandler(the step's function), onStepComplete or onStepError)),
 * onRunComplete or onRunError. The observers (`on…`) never throw or reject.
 */
export interface ExecutionHooks {
  /** Once, before the handler; what it gives replaces context and memory. */
  transformFunctionInput?(input: FunctionInput): Promise<FunctionInput>;
  /** Around the handler. Does not come back when the call ends at a step. */
  wrapFunctionHandler?(ctx: HookContext, next: () => Promise<unknown>): Promise<unknown>;
  /** Each time a step tool is called, remembered or not. */
  transformStepInput?(input: StepInput): Promise<StepInput>;
  /**
   * Around what a step tool gives to user code: of each remembered step when its turn has come, and of each new one that
   * the app runs itself as soon as it is called. Does not come back when the call ends at the step.
   */
  wrapStep?(moment: StepMoment, next: () => Promise<unknown>, guard: StepGuard): Promise<unknown>;
  /** Around a step's function, when it really runs. What it gives or throws is what the engine is told. */
  wrapStepHandler?(moment: StepMoment, next: () => Promise<unknown>): Promise<unknown>;
  /** Makes of the result of a step that has run, as it was reported, what `transformFunctionInput` will make of it in later calls. */
  readResult?(value: unknown): Promise<unknown>;
  /**
   * Whether the result of a step that has run was changed in a way that only `transformFunctionInput` of the next call undoes: user
   * code is to have it from there.
   */
  readsInNextCall?(hashedId: string): boolean;
  /** Before the handler, on attempt 0 with nothing remembered. */
  onRunStart?(ctx: HookContext): MaybePromise<void>;
  /** When the handler has returned and that ends the run; not when steps that it left behind are still to do. */
  onRunComplete?(ctx: HookContext, output: unknown): MaybePromise<void>;
  /** When the handler has thrown. */
  onRunError?(ctx: HookContext, error: unknown, isFinalAttempt: boolean): MaybePromise<void>;
  /** Once: when everything remembered has been asked for. */
  onMemoizationEnd?(ctx: HookContext): MaybePromise<void>;
  onStepStart?(moment: StepMoment): MaybePromise<void>;
  onStepComplete?(moment: StepMoment, output: unknown): MaybePromise<void>;
  onStepError?(moment: StepMoment, error: unknown, isFinalAttempt: boolean): MaybePromise<void>;
}
