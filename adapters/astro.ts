/** `stepwell/astro`: for Astro's endpoints. Users call `serve`. */
import {
  createHandler,
  fromRequest,
  type ServeOptions,
  toResponse,
  type WithVerbs,
  withVerbs,
} from "../src/handler/index.ts";
import { pooledFetch } from "./_pooled-fetch.ts";

export const frameworkName = "astro";

/** The part of Astro's context that is used. `locals.runtime.env` holds variables on Cloudflare. */
export interface AstroContext {
  request: Request;
  locals?: object;
}

/** Answers a request of the engine, as an endpoint exports it. */
export type AstroHandler = (context: AstroContext) => Promise<Response>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const { GET, POST, PUT } = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): WithVerbs<AstroHandler> {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  return withVerbs(async (context) => {
    const { request, locals } = context;
    const { runtime } = (locals ?? {}) as { runtime?: { env?: unknown } };
    return toResponse(await handle(fromRequest(request, runtime?.env), [context]));
  });
}
