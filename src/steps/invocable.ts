/** What `step.invoke` can call, as far as its types go. Functions and references of `src/function` are such. Types only. */
import type { Jsonify } from "../protocol/jsonify.ts";

/** Holds the types of what a function takes and returns, and nothing at run time. */
// biome-ignore lint/suspicious/noExplicitAny: a function of any kind
export interface Invocable<TData = any, TOutput = any> {
  readonly "~types"?: { readonly data: TData; readonly output: TOutput };
}

/** The data that an invocation takes; unknown to the compiler for a string id. */
// biome-ignore lint/suspicious/noExplicitAny: the function's types are not known here
export type InvocationData<TFunction> = TFunction extends Invocable<infer TData, unknown> ? TData : any;

/** What an invocation gives back: the function's output as JSON leaves it, or as the function's middleware says. */
export type InvocationOutput<TFunction> = "~result" extends keyof TFunction
  ? NonNullable<TFunction["~result"]> extends readonly [infer TResult]
    ? TResult
    : unknown
  : PlainOutput<TFunction>;

type PlainOutput<TFunction> =
  // biome-ignore lint/suspicious/noExplicitAny: the function's types are not known here
  TFunction extends Invocable<any, infer TOutput> ? (unknown extends TOutput ? any : Jsonify<TOutput>) : any;
