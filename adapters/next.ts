/** `stepwell/next`: for Next.js, both routers, on Node.js and on the edge. Users call `serve`. */
import type { ServerResponse } from "node:http";
import { createHandler, type ServeOptions, toResponse, type WithVerbs, withVerbs } from "../src/handler/index.ts";
import { handleNodeRequest, type NodeRequest } from "./_node.ts";

export const frameworkName = "nextjs";

/** The app router passes a Request (and the route's parameters), the pages router a request and a response of Node.js. */
export interface NextHandler {
  (request: Request, context?: unknown): Promise<Response>;
  (request: NodeRequest, response: ServerResponse): Promise<void>;
}

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const { GET, POST, PUT } = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): WithVerbs<NextHandler> {
  const handle = createHandler(frameworkName, options, { streams: true });
  const handler = async (request: Request | NodeRequest, ...[response]: unknown[]): Promise<Response | undefined> => {
    if (!isResponse(response)) return toResponse(await handle(request as Request));
    await handleNodeRequest(handle, request as NodeRequest, response);
    return undefined;
  };
  return withVerbs(handler as NextHandler);
}

function isResponse(value: unknown): value is ServerResponse {
  return typeof value === "object" && value !== null && "setHeader" in value;
}
