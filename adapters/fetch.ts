/** `stepwell/fetch`: for everything that speaks Request and Response. Users call `serve`. */
import { createHandler, type ServeOptions, toResponse } from "../src/handler/index.ts";

export const frameworkName = "fetch";

/** Answers a request; also by method, for frameworks that export one function for each. */
export interface FetchHandler {
  (request: Request): Promise<Response>;
  GET: (request: Request) => Promise<Response>;
  POST: (request: Request) => Promise<Response>;
  PUT: (request: Request) => Promise<Response>;
}

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 */
export function serve(options: ServeOptions): FetchHandler {
  const handle = createHandler(frameworkName, options);
  const handler = async (request: Request): Promise<Response> => toResponse(await handle(request));
  return Object.assign(handler, { GET: handler, POST: handler, PUT: handler });
}
