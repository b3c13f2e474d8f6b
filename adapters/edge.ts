/** `stepwell/edge`: for edge runtimes, which speak Request and Response. Users call `serve`. */
import { createHandler, type ServeOptions, toResponse, type WithVerbs, withVerbs } from "../src/handler/index.ts";
import { pooledFetch } from "./_pooled-fetch.ts";

export const frameworkName = "edge";

/** Answers a request of the engine. */
export type EdgeHandler = (request: Request) => Promise<Response>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const { GET, POST, PUT } = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): WithVerbs<EdgeHandler> {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  return withVerbs(async (request) => toResponse(await handle(request)));
}
