/**
 * What middleware makes of outputs, said to the compiler: a class declares `stepOutputTransform` for what steps give to
 * user code, and `functionOutputTransform` for what functions give to who invokes them. Types only.
 */
import type { Jsonify } from "../protocol/jsonify.ts";
import type { AnyMiddleware } from "./open-pipeline.ts";

/**
 * A function over types: an interface that extends it computes `Out` from `this["In"]`.
 * @example
 * interface Listed extends Middleware.StaticTransform {
 *   Out: this["In"][];
 * }
 */
export interface StaticTransform {
  In: unknown;
  Out: unknown;
}

/** What becomes of outputs without any transform: what JSON leaves of them. */
export interface DefaultStaticTransform extends StaticTransform {
  Out: Jsonify<this["In"]>;
}

type Transforms = "stepOutputTransform" | "functionOutputTransform";

type Apply<TTransform extends StaticTransform, TIn> = (TTransform & { In: TIn })["Out"];

/** The transform that a class declares; `never` when it declares none. */
type TransformOf<TClass, TName extends Transforms> = TClass extends abstract new (
  ...args: never
) => infer TInstance
  ? TName extends keyof TInstance
    ? Extract<TInstance[TName], StaticTransform>
    : never
  : never;

/** True when a class of the list declares one. */
export type HasTransform<TList, TName extends Transforms> = TList extends readonly [infer THead, ...infer TRest]
  ? [TransformOf<THead, TName>] extends [never]
    ? HasTransform<TRest, TName>
    : true
  : false;

type ApplyAll<TList, TName extends Transforms, TIn> = TList extends readonly [...infer TRest, infer TLast]
  ? ApplyAll<TRest, TName, [TransformOf<TLast, TName>] extends [never] ? TIn : Apply<TransformOf<TLast, TName>, TIn>>
  : TIn;

/** What an output becomes: the last class of the list comes first, as its wrapper is the innermost. */
export type Transformed<TList extends readonly AnyMiddleware[], TName extends Transforms, TOutput> =
  HasTransform<TList, TName> extends true ? ApplyAll<TList, TName, TOutput> : Jsonify<TOutput>;

/** Said of a function whose middleware transforms what it gives to who invokes it; nothing at run time. */
export type WithResult<TList extends readonly AnyMiddleware[], TOutput> =
  HasTransform<TList, "functionOutputTransform"> extends true
    ? { readonly "~result"?: readonly [Transformed<TList, "functionOutputTransform", TOutput>] }
    : unknown;
