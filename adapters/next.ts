/** `stepwell/next`: for Next.js, both routers, on Node.js and on the edge. Users call `serve`. */
import type { ServerResponse } from "node:http";
import { createHandler, type ServeOptions, toResponse, type WithVerbs, withVerbs } from "../src/handler/index.ts";
import { handleNodeRequest, type NodeRequest, pooledFetch } from "./_node.ts";

export const frameworkName = "nextjs";

/**
 * The pages router passes a request and a response of Node.js, the app router a Request and the route's parameters.
 * The app router's signature is the last: it is the one that Next.js checks when it builds.
 */
export interface NextHandler {
  (request: NodeRequest, response: ServerResponse): Promise<void>;
  (request: Request, context?: unknown): Promise<Response>;
}

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const { GET, POST, PUT } = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): WithVerbs<NextHandler> {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  const handler = async (request: Request | NodeRequest, ...[response]: unknown[]): Promise<Response | undefined> => {
    if (!isResponse(response)) return toResponse(await handle(request as Request, [request, response]));
    await handleNodeRequest(handle, request as NodeRequest, response);
    return undefined;
  };
  return withVerbs(handler as NextHandler);
}

function isResponse(value: unknown): value is ServerResponse {
  return typeof value === "object" && value !== null && "setHeader" in value;
}
