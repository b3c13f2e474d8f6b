/** Names a function of this or another app, so that it can be invoked without importing it. Used by users and `step.invoke`. */
import { invalidOption } from "../errors/index.ts";
import type { Invocable } from "../steps/index.ts";

/** A function by its ids, with its types. */
export interface InngestFunctionReference<TData = unknown, TOutput = unknown> extends Invocable<TData, TOutput> {
  readonly [Symbol.toStringTag]: "Inngest.FunctionReference";
  readonly opts: {
    /** Absent: the app that invokes. */
    readonly appId?: string;
    readonly functionId: string;
  };
}

/** References in general. */
// biome-ignore lint/style/noNamespace: apps of the published SDK name these types so
export declare namespace InngestFunctionReference {
  /** A reference to a function with any data and output. */
  // biome-ignore lint/suspicious/noExplicitAny: a reference of any kind
  type Any = InngestFunctionReference<any, any>;
  /** A reference of any copy of the package. */
  type Like = { readonly [Symbol.toStringTag]: "Inngest.FunctionReference" };
}

/**
 * Refers to a function by its ids; `typeof` the function gives the types.
 * @throws {StepwellError} `invalid_option`, when an id is missing.
 * @example
 * ```ts
 * import { Inngest, referenceFunction } from "stepwell";
 *
 * const inngest = new Inngest({ id: "shop" });
 * const charge = inngest.createFunction({ id: "charge", triggers: { event: "charge" } }, () => ({ paid: true }));
 * export const order = inngest.createFunction({ id: "order", triggers: { event: "order" } }, async ({ step }) => {
 *   const { paid } = await step.invoke("charge", {
 *     function: referenceFunction<typeof charge>({ appId: "shop", functionId: "charge" }),
 *   });
 *   return paid;
 * });
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: without types, data and output are what the user says they are
export function referenceFunction<TFunction extends Invocable = Invocable<any, any>>(ids: {
  appId?: string;
  functionId: string;
}): TFunction extends Invocable<infer TData, infer TOutput> ? InngestFunctionReference<TData, TOutput> : never {
  const { appId, functionId } = ids ?? {};
  for (const id of [functionId, appId ?? "app"]) {
    if (typeof id === "string" && id !== "") continue;
    throw invalidOption(
      'referenceFunction() expects ids that are not empty: `{ functionId: "charge", appId?: "shop" }`',
    );
  }
  const reference: InngestFunctionReference = {
    [Symbol.toStringTag]: "Inngest.FunctionReference",
    opts: { functionId, ...(appId === undefined ? {} : { appId }) },
  };
  return reference as never;
}
