/** What the routes work with, put together by create-api. */
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import type { ServerKind } from "stepwell/protocol";
import type { Access } from "../core/access/access.ts";
import type { Engine } from "../core/engine.ts";
import type { Identity } from "../domain/access/identity.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { StoreReader } from "../ports/store.ts";
import type { OidcOptions } from "./access/oidc-provider.ts";
import type { ActivityFeed } from "./activity-feed.ts";
import type { Auth } from "./auth.ts";
import type { RouteDoc } from "./openapi/route-doc.ts";
import type { Respond } from "./respond.ts";

/** How long what has ended is kept, and in how much room. Null: without end, or without bound. */
export interface Kept {
  retentionMs: number | null;
  maxDiskBytes: number | null;
}

export interface ApiParts {
  engine: Engine;
  /** The API never commits. */
  store: StoreReader;
  clock: Clock;
  logger: Logger;
  auth: Auth;
  access: Access;
  /** From where a request comes; null when that is not known. */
  addressOf(c: ApiContext): string | null;
  /** Where people sign in besides; null for nowhere. */
  oidc: OidcOptions | null;
  kept: Kept;
  feed: ActivityFeed;
  metrics: Metrics;
  respond: Respond;
  serverKind: ServerKind;
  version: string;
}

/**
 * Node's own request is there when the API is served by Node, and missing when it is asked directly. `from`: for whom it is asked
 * then, an address.
 */
export interface ApiEnv {
  Bindings: Partial<HttpBindings> & { from?: string | null };
  /**
   * `identity`: who asks, once the guard has let the request through; missing where nobody is asked. `failedAs`: who failed to
   * sign in. `keepsBody`: whether the body is kept as `body` when it is read, for the audit log. `doc`: what the document says
   * of the route that answers.
   */
  Variables: { identity?: Identity; failedAs?: string; keepsBody?: boolean; body?: string; doc?: RouteDoc };
}

export type Api = Hono<ApiEnv>;
export type ApiContext = Context<ApiEnv>;

/** A request's header by its lower-case name; null when it is missing. Takes Node's own where it can, which costs nothing. */
export function requestHeader(c: ApiContext, name: string): string | null {
  const incoming = c.env?.incoming;
  if (incoming === undefined) return c.req.header(name) ?? null;
  const value = incoming.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
