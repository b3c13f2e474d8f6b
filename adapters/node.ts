/** `stepwell/node`: for Node.js without a framework. Users call `serve` or `createServer`. */
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createHandler, named, type ServeOptions, servePlacement } from "../src/handler/index.ts";
import { handleNodeRequest, pooledFetch } from "./_node.ts";

export { readRequestBody } from "./_node.ts";

export const frameworkName = "nodejs";

const DEFAULT_PATH = "/api/inngest";

/**
 * Serves an app's functions as a request listener, at whatever path it is mounted.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * const listener = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): RequestListener {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  return named((req, res) => {
    void handleNodeRequest(handle, req, res);
  });
}

/**
 * Makes an HTTP server that serves an app's functions at `servePath`, or `/api/inngest`, and 404 elsewhere.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * createServer({ client, functions: [] }).listen(3000);
 */
export function createServer(options: ServeOptions): Server {
  const listener = serve(options);
  return createHttpServer((req, res) => {
    const path = servePlacement(options).path ?? DEFAULT_PATH;
    const url = req.url ?? "/";
    const end = url.indexOf("?");
    if ((end === -1 ? url : url.slice(0, end)) === path) {
      listener(req, res);
      return;
    }
    req.resume();
    res.writeHead(404, { "content-type": "application/json" });
    res.end(JSON.stringify({ message: `Not found. Functions are served at ${path}.` }));
  });
}
