/** `stepwell/express`: for Express, and for functions on Vercel, Firebase and others that pass its request. Users call `serve`. */
import type { ServerResponse } from "node:http";
import { createHandler, named, type ServeOptions } from "../src/handler/index.ts";
import { handleNodeRequest, type NodeRequest, pooledFetch } from "./_node.ts";

export const frameworkName = "express";

/** Answers a request of the engine, with any body parser before it or none. */
export type ExpressHandler = (request: NodeRequest, response: ServerResponse) => Promise<void>;

/**
 * Serves an app's functions. Works with and without a body parser before it; one that is there must let 4 MiB through.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * app.use("/api/inngest", serve({ client, functions: [] }));
 */
export function serve(options: ServeOptions): ExpressHandler {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  return named((request, response) => handleNodeRequest(handle, request, response));
}
