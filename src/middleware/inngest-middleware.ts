/**
 * Middleware in the style of version 3: `new InngestMiddleware({ name, init })`. Made by users. Brings its adapter with
 * it, so that apps without such middleware do not bundle it.
 */
import { isBranded, isInstance } from "../errors/index.ts";
import { callback, type Report, reportFor, text } from "../options/index.ts";
import { adaptV3 } from "./adapt-v3.ts";
import type { MiddlewareHooks } from "./hook-args.ts";
import type { AnyMiddleware, MiddlewareFunction, Pipeline, PipelineOwner } from "./open-pipeline.ts";
import { createPipeline, type PipelineEntry } from "./pipeline.ts";
import type { V3Hooks, V3Init } from "./v3-hooks.ts";

/** The name and the `init` of a v3 middleware. */
export interface InngestMiddlewareOptions<TInit extends V3Init = V3Init> {
  /** Names it in messages. */
  name: string;
  /** Called once for a client, or once for a function that lists the middleware: gives the hooks. May be async. */
  init: TInit;
}

type Given<THook> = NonNullable<THook> extends (...args: never) => infer TResult ? Awaited<TResult> : never;

type ContextOf<TInit> =
  Given<TInit> extends { onFunctionRun?: infer TOnRun }
    ? Given<TOnRun> extends { transformInput?: infer TTransform }
      ? Given<TTransform> extends { ctx?: infer TContext }
        ? TContext
        : unknown
      : unknown
    : unknown;

/**
 * Middleware in the style of version 3. New code does better with `Middleware.BaseMiddleware`.
 * @example
 * ```ts
 * import { Inngest, InngestMiddleware } from "stepwell";
 *
 * const addDb = new InngestMiddleware({
 *   name: "db",
 *   init: () => ({
 *     onFunctionRun: () => ({ transformInput: () => ({ ctx: { db: new Map<string, string>() } }) }),
 *   }),
 * });
 * export const client = new Inngest({ id: "shop", middleware: [addDb] });
 * ```
 */
export class InngestMiddleware<TInit extends V3Init = V3Init> implements AnyMiddleware, PipelineEntry {
  readonly name: string;
  readonly init: TInit;
  /** Only for types: what it adds to the handler's argument. */
  declare readonly "~context"?: ContextOf<TInit>;
  readonly #byClient = new WeakMap<object, Promise<V3Hooks>>();
  readonly #byFunction = new WeakMap<object, Promise<V3Hooks>>();

  /** @throws {StepwellError} `invalid_option` without a name or an `init` function. */
  constructor(options: InngestMiddlewareOptions<TInit>) {
    const { name, init } = options;
    const report: Report = reportFor("new InngestMiddleware()");
    text(name, "name", report);
    callback(init, "init", report);
    this.name = name;
    this.init = init;
  }

  static readonly "~kin": string = "Inngest.Middleware";

  /** Those of other copies of the package are instances too. */
  static [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: the class that stands right of instanceof
    return isInstance(this, value);
  }

  get [Symbol.toStringTag](): "Inngest.Middleware" {
    return "Inngest.Middleware";
  }

  /** The hooks, from an `init` that is called once for the owner. A failed `init` is tried again. */
  hooksFor({ client }: PipelineOwner, listedBy: MiddlewareFunction | null): Promise<V3Hooks> {
    const [cache, key] = listedBy === null ? [this.#byClient, client] : [this.#byFunction, listedBy];
    let hooks = cache.get(key);
    if (hooks === undefined) {
      hooks = (async () => this.init({ client, ...(listedBy === null ? {} : { fn: listedBy }) }))();
      hooks.catch(() => cache.delete(key));
      cache.set(key, hooks);
    }
    return hooks;
  }

  "~pipeline"(list: readonly AnyMiddleware[], owner: PipelineOwner): Pipeline {
    return createPipeline(list as readonly PipelineEntry[], owner);
  }

  "~join"(list: readonly PipelineEntry[], owner: PipelineOwner): MiddlewareHooks {
    const joined = list.filter((entry): entry is InngestMiddleware => "~join" in entry);
    const listed = (owner.fn?.opts as { middleware?: unknown[] } | undefined)?.middleware ?? [];
    return adaptV3(
      joined.map((entry) => {
        const ofFunction = listed.includes(entry);
        return {
          name: entry.name,
          sends: !ofFunction,
          hooks: () => entry.hooksFor(owner, ofFunction ? owner.fn : null),
        };
      }),
    );
  }
}

/** Middleware in the style of version 3 in general. */
// biome-ignore lint/style/noNamespace: apps of the published SDK name these types so
export declare namespace InngestMiddleware {
  /** A middleware that adds anything. */
  // biome-ignore lint/suspicious/noExplicitAny: a middleware of any kind
  type Any = InngestMiddleware<any>;
  /** A middleware of any copy of the package. */
  type Like = { readonly [Symbol.toStringTag]: "Inngest.Middleware" };
}

/**
 * Whether a value is a v3 middleware of this or another copy of an SDK.
 * @example
 * const named = (value: unknown) => (isInngestMiddleware(value) ? value.name : null);
 */
export function isInngestMiddleware(value: unknown): value is InngestMiddleware {
  return isBranded(value, "Inngest.Middleware");
}
