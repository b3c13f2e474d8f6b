/** `stepwell/sveltekit`: for SvelteKit's `+server.ts`. Users call `serve`. */
import {
  createHandler,
  fromRequest,
  type ServeOptions,
  toResponse,
  type WithVerbs,
  withVerbs,
} from "../src/handler/index.ts";
import { pooledFetch } from "./_pooled-fetch.ts";

export const frameworkName = "sveltekit";

/** The part of SvelteKit's event that is used. `platform.env` holds variables on Cloudflare. */
export interface SvelteKitEvent {
  request: Request;
  platform?: Readonly<object> | undefined;
}

/** Answers a request of the engine, as a `+server.ts` exports it. */
export type SvelteKitHandler = (event: SvelteKitEvent) => Promise<Response>;

/**
 * Serves an app's functions.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options.
 * @example
 * export const { GET, POST, PUT } = serve({ client, functions: [] });
 */
export function serve(options: ServeOptions): WithVerbs<SvelteKitHandler> {
  const handle = createHandler(frameworkName, options, { streams: true, fetch: pooledFetch });
  return withVerbs(async (event) => {
    const { request, platform } = event;
    const { env } = (platform ?? {}) as { env?: unknown };
    return toResponse(await handle(fromRequest(request, env), [event]));
  });
}
