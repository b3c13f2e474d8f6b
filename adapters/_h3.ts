/** Bridge between h3's events, of versions 1 and 2, and the handler. Used by the adapters of h3, Nitro and Nuxt. */
import {
  createHandler,
  type EnvBag,
  fromRequest,
  type HandlerRequest,
  named,
  type ServeOptions,
  toResponse,
} from "../src/handler/index.ts";
import { type NodeRequest, toHandlerRequest } from "./_node.ts";
import { pooledFetch } from "./_pooled-fetch.ts";

/** Where h3 1 keeps a body that it has read. */
const RAW_BODY = Symbol.for("h3RawBody");

/** The parts of an event that are used. */
export interface H3Event {
  /** Version 2: the request. */
  req?: unknown;
  /** Version 1 on Node.js, or on something that pretends to be. */
  node?: { req: object } | undefined;
  /** Version 1 elsewhere: the request. */
  web?: { request?: unknown } | undefined;
  /** Version 1: the address without what a router took off. */
  path?: string;
  context?: object;
}

export function serveH3(frameworkName: string, options: ServeOptions): (event: H3Event) => Promise<Response> {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  return named(async (event) => {
    const { cloudflare } = (event.context ?? {}) as { cloudflare?: { env?: EnvBag } };
    const env = cloudflare?.env;
    const request = await toRequest(event);
    return toResponse(await handle(env ? { ...request, env } : request, [event]));
  });
}

async function toRequest(event: H3Event): Promise<HandlerRequest> {
  const request = isRequest(event.req) ? event.req : event.web?.request;
  if (isRequest(request)) return fromRequest(request);
  const req = event.node?.req as NodeRequest & { [RAW_BODY]?: unknown };
  return toHandlerRequest(req, { body: await req[RAW_BODY], url: req.originalUrl ?? event.path });
}

function isRequest(value: unknown): value is Request {
  return typeof value === "object" && value !== null && typeof (value as Request).text === "function";
}
