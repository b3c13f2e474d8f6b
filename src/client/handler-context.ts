/** The argument of a client's handlers, with what its middleware adds and makes of steps' results. Types only. */
import type { EventRecord } from "../events/index.ts";
import type { Context } from "../function/index.ts";
import type { AnyMiddleware, ContextAdditions, HasTransform, Transformed } from "../middleware/index.ts";
import type { StepOptionsOrId, StepTools } from "../steps/index.ts";

/** The client's middleware, then the function's own. */
export type WithOwn<TMiddleware extends readonly AnyMiddleware[], TOwn> = TOwn extends readonly AnyMiddleware[]
  ? readonly [...TMiddleware, ...TOwn]
  : TMiddleware;

/** The argument of a client's handlers. */
export type HandlerContext<
  TEvents extends EventRecord,
  TEvent,
  TMiddleware extends readonly AnyMiddleware[],
> = (HasTransform<TMiddleware, "stepOutputTransform"> extends true
  ? Omit<Context<TEvents, TEvent>, "step"> & { step: TransformedTools<TEvents, TMiddleware> }
  : Context<TEvents, TEvent>) &
  ContextAdditions<TMiddleware>;

type TransformedTools<TEvents extends EventRecord, TMiddleware extends readonly AnyMiddleware[]> = Omit<
  StepTools<TEvents>,
  "run" | "ai"
> & {
  run: TransformedRun<TMiddleware>;
  ai: Omit<StepTools<TEvents>["ai"], "wrap"> & { wrap: TransformedRun<TMiddleware> };
};

type TransformedRun<TMiddleware extends readonly AnyMiddleware[]> = <TInput extends unknown[], TResult>(
  idOrOptions: StepOptionsOrId,
  fn: (...input: TInput) => TResult,
  ...input: TInput
) => Promise<Transformed<TMiddleware, "stepOutputTransform", Awaited<TResult>>>;
