/** `serializerMiddleware`: step results keep what JSON loses. Made by users. */
import { BaseMiddleware } from "../base-middleware.ts";
import type { MiddlewareClass } from "../context-additions.ts";
import type { TransformFunctionInputArgs, WrapStepHandlerArgs } from "../hook-args.ts";
import { fromPlain, toPlain } from "./plain-values.ts";

/**
 * Lets `Date`, `Map`, `Set`, `BigInt`, `Error`, `URL`, `RegExp`, `undefined`, `NaN`, infinities and byte arrays survive
 * in step results, wherever they stand in them. The engine stores them as objects with the key `__stepwell`. Put it
 * after encryptionMiddleware in the list.
 * @example
 * ```ts
 * import { Inngest, serializerMiddleware } from "stepwell";
 *
 * const client = new Inngest({ id: "shop", middleware: [serializerMiddleware()] });
 * export const stamp = client.createFunction({ id: "stamp", triggers: { event: "shop/opened" } }, async ({ step }) => {
 *   const opened: unknown = await step.run("now", () => ({ at: new Date() }));
 *   return (opened as { at: Date }).at.getFullYear();
 * });
 * ```
 */
export function serializerMiddleware(): MiddlewareClass {
  return class SerializerMiddleware extends BaseMiddleware {
    readonly id = "stepwell:serializer";

    override transformFunctionInput(args: TransformFunctionInputArgs): TransformFunctionInputArgs {
      return { ...args, steps: fromPlain(args.steps) as typeof args.steps };
    }

    override async wrapStepHandler({ next }: WrapStepHandlerArgs): Promise<unknown> {
      return toPlain(await next());
    }

    "~readResult"(value: unknown): unknown {
      return fromPlain(value);
    }
  };
}
