/** `stepwell/deno/fresh`: for Fresh 1, which passes a Request, and Fresh 2, which passes a context. Users call `serve`. */
import { createHandler, type ServeOptions, toResponse, type WithVerbs, withVerbs } from "../src/handler/index.ts";

export const frameworkName = "deno/fresh";

/** Answers a request of the engine, of either version of Fresh. */
export type FreshHandler = (request: Request | { req: Request }) => Promise<Response>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const handler = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): WithVerbs<FreshHandler> {
  const handle = createHandler(frameworkName, options, { streams: true });
  return withVerbs(async (request) => toResponse(await handle("req" in request ? request.req : request, [request])));
}
