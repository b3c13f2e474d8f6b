/** `dependencyInjectionMiddleware`: gives handlers what they need, such as a database client. Made by users. */
import { BaseMiddleware } from "../base-middleware.ts";
import type { MiddlewareContext, TransformFunctionInputArgs } from "../hook-args.ts";
import type { AnyMiddleware, MiddlewareClient } from "../open-pipeline.ts";

/** A middleware class whose instances add `TAdded` to the handler's argument. */
export interface DependencyInjectionClass<TAdded> extends AnyMiddleware {
  new (args: {
    client: MiddlewareClient;
  }): BaseMiddleware & {
    transformFunctionInput(
      args: TransformFunctionInputArgs,
    ): TransformFunctionInputArgs & { ctx: MiddlewareContext & TAdded };
  };
}

/**
 * Adds the given things to every handler's argument. They are shared by all runs, and not remembered: they may hold
 * connections and functions.
 * @example
 * ```ts
 * import { dependencyInjectionMiddleware, Inngest } from "stepwell";
 *
 * const db = { query: async (sql: string): Promise<number> => sql.length };
 * const client = new Inngest({ id: "shop", middleware: [dependencyInjectionMiddleware({ db })] });
 * export const report = client.createFunction({ id: "report", triggers: { cron: "0 8 * * *" } }, ({ db, step }) =>
 *   step.run("count", () => db.query("select 1")),
 * );
 * ```
 */
export function dependencyInjectionMiddleware<TAdded extends Record<string, unknown>>(
  added: TAdded,
): DependencyInjectionClass<TAdded> {
  return class DependencyInjectionMiddleware extends BaseMiddleware {
    readonly id = "inngest:dependency-injection";

    override transformFunctionInput(
      args: TransformFunctionInputArgs,
    ): TransformFunctionInputArgs & { ctx: MiddlewareContext & TAdded } {
      return { ...args, ctx: { ...args.ctx, ...added } };
    }
  };
}
