/** `stepwell/edge`: for edge runtimes, which speak Request and Response. Users call `serve`. */
import { createHandler, type ServeOptions, toResponse } from "../src/handler/index.ts";

export const frameworkName = "edge";

export type EdgeHandler = (request: Request) => Promise<Response>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 */
export function serve(options: ServeOptions): EdgeHandler & { GET: EdgeHandler; POST: EdgeHandler; PUT: EdgeHandler } {
  const handle = createHandler(frameworkName, options);
  const handler: EdgeHandler = async (request) => toResponse(await handle(request));
  return Object.assign(handler, { GET: handler, POST: handler, PUT: handler });
}
