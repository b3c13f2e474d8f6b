/** `stepwell/remix`: for Remix and React Router: a route exports what `serve` returns as `loader` and `action`. Users call `serve`. */
import {
  createHandler,
  fromRequest,
  type ServeOptions,
  toResponse,
  type WithVerbs,
  withVerbs,
} from "../src/handler/index.ts";
import { pooledFetch } from "./_pooled-fetch.ts";

export const frameworkName = "remix";

/** The part of the arguments that is used. `context.env` or `context.cloudflare.env` holds variables on Cloudflare. */
export interface RemixArguments {
  request: Request;
  context?: unknown;
}

/** Answers a request of the engine, as loader and as action. */
export type RemixHandler = (args: RemixArguments) => Promise<Response>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const loader = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): WithVerbs<RemixHandler> {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  return withVerbs(async (args) => {
    const { request, context } = args;
    const { env, cloudflare } = (context ?? {}) as { env?: unknown; cloudflare?: { env?: unknown } };
    return toResponse(await handle(fromRequest(request, env ?? cloudflare?.env), [args]));
  });
}
