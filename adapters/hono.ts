/** `stepwell/hono`: `app.on(["GET", "POST", "PUT"], "/api/inngest", serve({ client, functions }))`. */
import { createHandler, type EnvBag, named, type ServeOptions, toResponse } from "../src/handler/index.ts";
import { pooledFetch } from "./_pooled-fetch.ts";

export const frameworkName = "hono";

/** The part of Hono's context that is used. */
export interface HonoContext {
  req: { method: string; url: string; text(): Promise<string>; header(name: string): string | undefined };
  env: unknown;
}

/**
 * Serves an app's functions as a Hono handler. Environment variables of the runtime are taken from `c.env`.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * app.on(["GET", "POST", "PUT"], "/api/inngest", serve({ client, functions: [] }));
 */
export function serve(options: ServeOptions): (c: HonoContext) => Promise<Response> {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  return named(async (c) => {
    const { req } = c;
    const request = {
      method: req.method,
      url: req.url,
      headers: { get: (name: string) => req.header(name) ?? null },
      text: () => req.text(),
      ...toEnv(c.env),
    };
    return toResponse(await handle(request, [c]));
  });
}

/** On Node.js `c.env` holds the raw request and response, not variables. */
function toEnv(env: unknown): { env?: EnvBag } {
  const isBag = typeof env === "object" && env !== null && !("incoming" in env);
  return isBag ? { env: env as EnvBag } : {};
}
