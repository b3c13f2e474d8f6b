/** What middleware adds to a handler's argument, worked out from a `middleware` list. Types only. */
import type { BaseMiddleware } from "./base-middleware.ts";
import type { MiddlewareContext, MiddlewareStepTools, RegisterArgs } from "./hook-args.ts";
import type { AnyMiddleware, MiddlewareClient } from "./open-pipeline.ts";

/** A class that extends `Middleware.BaseMiddleware`. */
export interface MiddlewareClass extends AnyMiddleware {
  new (args: { client: MiddlewareClient }): BaseMiddleware;
  onRegister?(args: RegisterArgs): void;
}

/** What all middleware of a list adds to the handler's argument; `{}` when it adds nothing. */
export type ContextAdditions<TList extends readonly AnyMiddleware[] | undefined> = TList extends readonly [
  infer THead,
  ...infer TRest extends readonly AnyMiddleware[],
]
  ? AddedBy<THead> & ContextAdditions<TRest>
  : // biome-ignore lint/complexity/noBannedTypes: nothing is added
    {};

type AddedBy<T> = T extends abstract new (
  ...args: never
) => infer TInstance
  ? TInstance extends { transformFunctionInput?: infer THook }
    ? AddedTo<ContextOf<THook>>
    : unknown
  : T extends { readonly "~context"?: infer TContext }
    ? AddedTo<NonNullable<TContext>>
    : unknown;

type ContextOf<THook> =
  NonNullable<THook> extends (...args: never) => infer TResult
    ? Awaited<TResult> extends { ctx: infer TContext }
      ? TContext
      : unknown
    : unknown;

type AddedTo<TContext> = Omit<TContext, keyof MiddlewareContext> &
  (TContext extends { step: infer TStep } ? AddedToStep<Omit<TStep, keyof MiddlewareStepTools>> : unknown);

type AddedToStep<TAdded> = keyof TAdded extends never ? unknown : { step: TAdded };
