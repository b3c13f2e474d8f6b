/** `stepwell/bun`: for Bun's own server: `Bun.serve({ routes: { "/api/inngest": serve({ client, functions }) } })`. Users call `serve`. */
import { createHandler, type ServeOptions, toResponse, type WithVerbs, withVerbs } from "../src/handler/index.ts";

export const frameworkName = "bun";

/** Answers a request of the engine, as a route of Bun's server or as its `fetch`. */
export type BunHandler = (request: Request) => Promise<Response>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const routes = { "/api/inngest": serve({ client, functions: [] }) };
 */
export function serve(options: ServeOptions): WithVerbs<BunHandler> {
  const handle = createHandler(frameworkName, options, { streams: true });
  return withVerbs(async (request) => toResponse(await handle(request)));
}
