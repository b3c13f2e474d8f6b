/** `stepwell/koa`: for Koa, with or without a body parser before it. Users call `serve`. */
import type { IncomingMessage } from "node:http";
import { createHandler, named, type ServeOptions } from "../src/handler/index.ts";
import { pooledFetch, toHandlerRequest } from "./_node.ts";

export const frameworkName = "koa";

/** The part of Koa's context that is used. */
export interface KoaContext {
  req: IncomingMessage;
  originalUrl: string;
  request: object;
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
}

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * router.all("/api/inngest", serve({ client, functions: [] }));
 */
export function serve(options: ServeOptions): (ctx: KoaContext) => Promise<void> {
  const handle = createHandler(frameworkName, options, { fetch: pooledFetch });
  return named(async (ctx) => {
    // Parsers put these here; the text, where there is one, is what was signed.
    const { body: parsed, rawBody } = ctx.request as { body?: unknown; rawBody?: unknown };
    const request = toHandlerRequest(ctx.req, { body: rawBody ?? parsed, url: ctx.originalUrl });
    const { status, headers, body } = await handle(request, [ctx]);
    ctx.status = status;
    ctx.body = body;
    ctx.set(headers);
  });
}
