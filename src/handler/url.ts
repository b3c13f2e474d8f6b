/** The app's own address, worked out here and nowhere else. */
import type { HandlerRequest } from "./handler-request.ts";
import type { ServeOptions } from "./serve-options.ts";

type Placement = Pick<ServeOptions, "client" | "servePath" | "serveOrigin" | "serveHost">;

/** Where the app was told that it is served; null where the request decides. */
export function servePlacement(options: Placement): { origin: string | null; path: string | null } {
  const { client } = options;
  const origin =
    options.serveOrigin ??
    options.serveHost ??
    client.readEnv("INNGEST_SERVE_ORIGIN") ??
    client.readEnv("INNGEST_SERVE_HOST");
  const path = options.servePath ?? client.readEnv("INNGEST_SERVE_PATH");
  return { origin: origin === undefined ? null : withScheme(origin), path: path ?? null };
}

/** The address at which the engine is to call the app, query included. */
export function appUrl(requestUrl: string, options: Placement): URL {
  const { origin, path } = servePlacement(options);
  const url = parseRequestUrl(requestUrl);
  if (origin !== null) {
    const given = new URL(origin);
    url.protocol = given.protocol;
    url.host = given.host;
    if (given.port === "") url.port = "";
  }
  if (path !== null) url.pathname = path;
  return url;
}

/** A request without a usable host is taken to have come to localhost. */
function parseRequestUrl(url: string): URL {
  return URL.canParse(url) ? new URL(url) : new URL(url.startsWith("/") ? url : "/", "http://localhost");
}

/** A request's query. Only this part of the address is read on a call. */
export function queryOf(request: HandlerRequest): URLSearchParams {
  const start = request.url.indexOf("?");
  return new URLSearchParams(start === -1 ? "" : request.url.slice(start + 1));
}

function withScheme(origin: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(origin) ? origin : `https://${origin}`;
}
