/** `stepwell/fetch`: for everything that speaks Request and Response. Users call `serve`. */
import { createHandler, type ServeOptions, toResponse, type WithVerbs, withVerbs } from "../src/handler/index.ts";
import { pooledFetch } from "./_pooled-fetch.ts";

export const frameworkName = "fetch";

/** Answers a request of the engine. */
export type FetchHandler = (request: Request) => Promise<Response>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const handler = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): WithVerbs<FetchHandler> {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  return withVerbs(async (request) => toResponse(await handle(request)));
}
