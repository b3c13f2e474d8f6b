/** `stepwell/cloudflare`: for Cloudflare: Workers, and functions of Pages. Users call `serve`. */
import {
  createHandler,
  fromRequest,
  type ServeOptions,
  toResponse,
  type WithVerbs,
  withVerbs,
} from "../src/handler/index.ts";

export const frameworkName = "cloudflare-pages";

/** A Worker is called with a request and its variables, a function of Pages with a context that holds both. */
export type CloudflareHandler = (
  request: Request | { request: Request; env?: unknown },
  env?: unknown,
) => Promise<Response>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const worker = { fetch: serve({ client, functions: [] }) };
 */
export function serve(options: ServeOptions): WithVerbs<CloudflareHandler> {
  const handle = createHandler(frameworkName, options, { streams: true });
  return withVerbs(async (first, env) => {
    const isContext = "request" in first;
    const request = fromRequest(isContext ? first.request : first, isContext ? first.env : env);
    return toResponse(await handle(request, isContext ? [first] : [first, env]));
  });
}
