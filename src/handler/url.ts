/** The app's own address, worked out here and nowhere else. */
import { withScheme } from "../client/index.ts";
import type { HandlerRequest } from "./handler-request.ts";
import type { ServeOptions } from "./serve-options.ts";
import { isLoopback } from "./trusted-host.ts";

type Placement = Pick<ServeOptions, "client" | "servePath" | "serveOrigin" | "serveHost">;

/** Where the app was told that it is served; null where the request decides. */
export function servePlacement(options: Placement): { origin: string | null; path: string | null } {
  const { client } = options;
  const origin =
    options.serveOrigin ??
    options.serveHost ??
    client.readEnv("INNGEST_SERVE_ORIGIN") ??
    client.readEnv("INNGEST_SERVE_HOST");
  const path = options.servePath ?? client.readEnv("INNGEST_SERVE_PATH") ?? null;
  return { origin: origin === undefined ? null : withScheme(origin, "https"), path };
}

/**
 * The address at which the engine is to call the app, query included: first what the app was told, then what a proxy
 * says (`x-forwarded-proto`, `x-forwarded-host`), then the host that the caller asked for, then the request's address.
 * A request without a usable host is taken to have come to localhost.
 */
export function appUrl(request: Pick<HandlerRequest, "url"> & Partial<HandlerRequest>, options: Placement): URL {
  const first = (name: string): string | undefined => request.headers?.get(name)?.split(",")[0]?.trim();
  const scheme = first("x-forwarded-proto");
  return placed(request.url, scheme, first("x-forwarded-host") || first("host"), options);
}

/**
 * The same for a request of a stranger, who may say anything of the host. Null when nothing else tells the address. A host
 * that is this machine is taken: nobody else gains by it.
 */
export function ownAppUrl(request: HandlerRequest, options: Placement): URL | null {
  const url = placed(request.url, undefined, request.headers.get("host") ?? undefined, options);
  return servePlacement(options).origin !== null || isLoopback(url) ? url : null;
}

function placed(given: string, proxyScheme: string | undefined, host: string | undefined, options: Placement): URL {
  const { origin, path } = servePlacement(options);
  const asked = new URL(URL.canParse(given) || given[0] === "/" ? given : "/", "http://localhost");
  const seen = `${proxyScheme || asked.protocol.slice(0, -1)}://${host || asked.host}`;
  const url = new URL(origin ?? (/^https?:/.test(seen) && URL.canParse(seen) ? seen : asked.origin));
  url.pathname = path ?? asked.pathname;
  url.search = asked.search;
  return url;
}

/** A request's query. Only this part of the address is read on a call. */
export function queryOf(request: HandlerRequest): URLSearchParams {
  const start = request.url.indexOf("?");
  return new URLSearchParams(start === -1 ? "" : request.url.slice(start + 1));
}
