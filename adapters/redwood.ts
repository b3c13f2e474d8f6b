/** `stepwell/redwood`: for RedwoodJS's functions. Users call `serve`. */
import { createHandler, named, type ServeOptions } from "../src/handler/index.ts";
import { handleLambdaEvent, type LambdaEvent, type LambdaResult } from "./_lambda.ts";
import { pooledFetch } from "./_pooled-fetch.ts";

export const frameworkName = "redwoodjs";

/** Answers an event that holds a request of the engine. */
export type RedwoodHandler = (event: LambdaEvent, context?: unknown) => Promise<LambdaResult>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const handler = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): RedwoodHandler {
  const handle = createHandler(frameworkName, options, { fetch: pooledFetch });
  return named((event, context) => handleLambdaEvent(handle, event, context));
}
