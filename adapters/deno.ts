/** `stepwell/deno`: for Deno's own server: `Deno.serve(serve({ client, functions }))`. Users call `serve`. */
import { createHandler, type ServeOptions, toResponse, type WithVerbs, withVerbs } from "../src/handler/index.ts";

export const frameworkName = "deno";

/** Answers a request of the engine, for `Deno.serve`. */
export type DenoHandler = (request: Request) => Promise<Response>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const fetch = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): WithVerbs<DenoHandler> {
  const handle = createHandler(frameworkName, options, { streams: true });
  return withVerbs(async (request) => toResponse(await handle(request)));
}
