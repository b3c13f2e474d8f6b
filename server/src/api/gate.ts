/**
 * The first look at a request: whether the page or program that sends it may speak to this engine at all. Used by create-api.
 *
 * An engine in dev mode asks for no key, so that any web page that a developer visits could command it: by a request across
 * origins, or by a name of its own that leads to this machine (DNS rebinding). Only who asks for this machine by a name of
 * this machine, from a page of this machine or from no page, gets in. An engine in start mode asks for keys; pages of other
 * origins may send it events and nothing else.
 */
import { EngineError } from "../domain/error.ts";
import type { Api, ApiContext } from "./api-parts.ts";
import { requestHeader } from "./api-parts.ts";

export interface GateOptions {
  /** Names besides those of this machine by which the engine may be asked, and whose pages may ask. Default: none. */
  allowedHosts?: readonly string[];
  /** Whether the engine listens on addresses of the network: then any address counts as a name of its own. Default: false. */
  exposed?: boolean;
}

/** Names that lead to this machine or, from a container, to its host. Nobody else can own them. */
const ownNames =
  /^(?:localhost|[a-z0-9-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\]|host\.docker\.internal|host\.containers\.internal)$/;
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/;
const unsafe = /^(?:POST|PUT|PATCH|DELETE)$/;
const json = /^application\/(?:[a-z0-9.+-]+\+)?json(?:\s*;|$)/i;

const form = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)(?:\s*;|$)/i;

/** The name in a `Host` header or an origin, in lower case; null when there is none. */
function nameOf(text: string): string | null {
  const url = text.includes("://") ? text : `http://${text}`;
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : null;
}

function createKnows({ allowedHosts = [], exposed = false }: GateOptions): (text: string) => boolean {
  const allowed = new Set(allowedHosts.map((host) => nameOf(host) ?? host.toLowerCase()));
  return (text) => {
    const name = nameOf(text);
    return name !== null && (ownNames.test(name) || allowed.has(name) || (exposed && address.test(name)));
  };
}

const corsHeaders = {
  "access-control-expose-headers": "Link, Mcp-Session-Id",
  "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS",
  "access-control-allow-headers": "*, Authorization",
  "access-control-max-age": "3600",
} as const;

function allowOrigin(response: Response, origin: string): void {
  response.headers.set("access-control-allow-origin", origin);
  response.headers.append("vary", "Origin");
  for (const [name, value] of Object.entries(corsHeaders)) response.headers.set(name, value);
}

/** @throws EngineError `forbidden`, `unsupported_media_type` */
function check(c: ApiContext, knows: (text: string) => boolean): void {
  const host = requestHeader(c, "host");
  if (host !== null && !knows(host))
    throw new EngineError(
      "forbidden",
      `This engine was asked for as "${host}", which is not a name of this machine. If that is right, start it with --allow-host ${nameOf(host) ?? host}.`,
    );
  const origin = requestHeader(c, "origin");
  if (origin !== null && !knows(origin))
    throw new EngineError(
      "forbidden",
      `A page of "${origin}" may not use this engine. If it should, start the engine with --allow-host ${nameOf(origin) ?? "<host>"}.`,
    );
  const type = requestHeader(c, "content-type");
  // What sends webhooks may send forms; a browser that sends one names its page. Nobody guesses the address of a webhook.
  const takesIt = c.req.path.startsWith("/hooks/") || (c.req.path.startsWith("/e/") && form.test(type ?? ""));
  if (unsafe.test(c.req.method) && type !== null && !json.test(type.trim()) && !takesIt)
    throw new EngineError(
      "unsupported_media_type",
      `The body is announced as "${type}". Send JSON, with the header \`content-type: application/json\`.`,
    );
}

/** For an engine without keys. */
export function addDevGate(app: Api, options: GateOptions): void {
  const knows = createKnows(options);
  app.use("*", async (c, next) => {
    check(c, knows);
    const origin = requestHeader(c, "origin");
    if (origin === null) return next();
    await next();
    allowOrigin(c.res, origin);
  });
}

/** For an engine with keys: only events may come from pages of other origins. */
export function addStartGate(app: Api): void {
  app.use("/e/*", async (c, next) => {
    if (requestHeader(c, "origin") === null) return next();
    await next();
    allowOrigin(c.res, "*");
  });
}
