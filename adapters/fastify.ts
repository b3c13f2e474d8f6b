/** `stepwell/fastify`: for Fastify. Users register `fastifyPlugin`, or route to what `serve` returns. */
import type { IncomingMessage } from "node:http";
import { createHandler, maxRequestBytes, named, type ServeOptions, servePlacement } from "../src/handler/index.ts";
import { pooledFetch, toHandlerRequest } from "./_node.ts";

export const frameworkName = "fastify";

/** The part of Fastify's request that is used. */
export type FastifyRequest = { raw: IncomingMessage; body?: unknown; originalUrl?: string };

/** The part of Fastify's reply that is used. */
export interface FastifyReply {
  code(status: number): { headers(headers: Record<string, string>): { send(body: string): unknown } };
}

/** Answers a request of the engine, as the handler of a route. */
export type FastifyHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Fastify itself, as far as the plugin can say without depending on it. */
export type FastifyApp = { [key in "addContentTypeParser" | "removeContentTypeParser" | "route"]: object };

type Parse = (request: unknown, body: string, done: (error: null, body: string) => void) => void;
type Add = (type: string, options: { parseAs: "string" }, parser: Parse) => unknown;
type PluginApi = Record<"removeContentTypeParser" | "route", (what: object) => unknown> & { addContentTypeParser: Add };

/**
 * Serves an app's functions. The route needs a `bodyLimit` of 4 MiB; `fastifyPlugin` sets it.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * app.route({ method: ["GET", "POST", "PUT"], url: "/api/inngest", bodyLimit: 4_194_304, handler: serve({ client, functions: [] }) });
 */
export function serve(options: ServeOptions): FastifyHandler {
  const handle = createHandler(frameworkName, options, { fetch: pooledFetch });
  return named(async (request, reply) => {
    const given = toHandlerRequest(request.raw, { body: request.body, url: request.originalUrl });
    const answer = await handle(given, [request, reply]);
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
}

/** `options` holds the rest of what `serve` takes. */
export type FastifyPluginOptions = Pick<ServeOptions, "client" | "functions"> & { options?: Partial<ServeOptions> };

/**
 * Serves an app's functions at `servePath`, or `/api/inngest`.
 * @example
 * fastify.register(fastifyPlugin, { client, functions: [] });
 */
export async function fastifyPlugin(fastify: FastifyApp, given: FastifyPluginOptions): Promise<void> {
  const app = fastify as unknown as PluginApi;
  const options = { ...given.options, client: given.client, functions: given.functions };
  // Bodies as they come, empty ones too, which Fastify's parser refuses: for the plugin's routes alone.
  app.removeContentTypeParser(["application/json"]);
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => done(null, body));
  const route = { handler: serve(options), url: servePlacement(options).path ?? "/api/inngest" };
  app.route({ method: ["GET", "POST", "PUT"], bodyLimit: maxRequestBytes, ...route });
}

// biome-ignore lint/style/noDefaultExport: apps of the published SDK import the plugin this way
export default fastifyPlugin;
