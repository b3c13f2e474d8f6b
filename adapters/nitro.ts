/** `stepwell/nitro`: for Nitro. A route file exports `defineEventHandler(serve({ client, functions }))`. */

import type { ServeOptions } from "../src/handler/index.ts";
import { type H3Event, serveH3 } from "./_h3.ts";

export type { H3Event } from "./_h3.ts";

export const frameworkName = "nitro";

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const route = defineEventHandler(serve({ client, functions: [] }));
 */
export function serve(options: ServeOptions): (event: H3Event) => Promise<Response> {
  return serveH3(frameworkName, options);
}
