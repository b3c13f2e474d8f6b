/** `stepwell/h3`: for h3, versions 1 and 2. Users pass what `serve` returns to `eventHandler`. */

import type { ServeOptions } from "../src/handler/index.ts";
import { type H3Event, serveH3 } from "./_h3.ts";

export type { H3Event } from "./_h3.ts";

export const frameworkName = "h3";

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * router.use("/api/inngest", eventHandler(serve({ client, functions: [] })));
 */
export function serve(options: ServeOptions): (event: H3Event) => Promise<Response> {
  return serveH3(frameworkName, options);
}
