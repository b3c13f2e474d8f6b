/** `stepwell/netlify`: for Netlify's functions, of version 2 (`export default serve(…)`) and 1 (`export const handler`). */
import { createHandler, named, type ServeOptions, toResponse } from "../src/handler/index.ts";
import { handleLambdaEvent, type LambdaEvent, type LambdaResult } from "./_lambda.ts";
import { pooledFetch } from "./_pooled-fetch.ts";

export const frameworkName = "netlify";

/** Version 2 passes a Request and takes a Response, version 1 passes an event and takes an object. Only 2 can stream. */
export interface NetlifyHandler {
  (request: Request, context?: unknown): Promise<Response>;
  (event: LambdaEvent, context?: unknown): Promise<LambdaResult>;
}

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const handler = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): NetlifyHandler {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  const handler = async (given: Request | LambdaEvent, context?: unknown): Promise<Response | LambdaResult> =>
    "text" in given ? toResponse(await handle(given, [given, context])) : handleLambdaEvent(handle, given, context);
  return named(handler as NetlifyHandler);
}
