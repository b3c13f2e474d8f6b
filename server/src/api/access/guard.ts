/**
 * Lets a request reach its route, or not: who asks must have the role that the table of routes says. Used by create-api, before
 * all routes. Must never log or return what was shown as a key.
 */
import { matchedRoutes } from "hono/route";
import type { Identity } from "../../domain/access/identity.ts";
import { mayDo, type Role } from "../../domain/access/role.ts";
import { EngineError } from "../../domain/error.ts";
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";
import { identify } from "./identify.ts";
import { type RouteAccess, routeAccess } from "./route-access.ts";

/** Where everything asks for a key, what is not there too. */
const apiPath = /^\/(?:fn|v0|v1|v2|api|invoke|mcp|metrics)(?:\/|$)/;

const unknownRoute: RouteAccess = { needs: "admin" };
const noRoute: RouteAccess = { needs: "read" };

/** What the table says of a route, by its method and path; null for one that it does not know. */
export function accessOfRoute(method: string, path: string): RouteAccess | null {
  return routeAccess[`${method} ${path.replace(/^\/api\/v2(?=\/|$)/, "/v2")}`] ?? null;
}

/** The route that will answer is the first one after the guard that is no middleware; those have no method. */
function accessOf(c: ApiContext): RouteAccess | null {
  const routes = matchedRoutes(c).slice(c.req.routeIndex + 1);
  const route = routes.find(({ method }) => method !== "ALL");
  if (route !== undefined) return accessOfRoute(route.method, route.path) ?? unknownRoute;
  return apiPath.test(c.req.path) ? noRoute : null;
}

const whoHas: Readonly<Record<Role, string>> = {
  read: "an API key of any role",
  operate: "an API key with the role operate or admin",
  admin: "an API key with the role admin",
};

function unauthorized(needed: Role): EngineError {
  return new EngineError(
    "unauthorized",
    `Authentication failed. This needs the role ${needed}: send \`Authorization: Bearer <key>\` with ${whoHas[needed]}, or with the signing key.`,
  );
}

function forbidden({ name, role }: Identity, needed: Role): EngineError {
  return new EngineError(
    "forbidden",
    `This needs the role ${needed}, and "${name}" has the role ${role}. Use ${whoHas[needed]}, or ask an admin for that role.`,
  );
}

/** @throws EngineError `unauthorized`, `forbidden` */
async function admit(c: ApiContext, parts: ApiParts, needed: Role): Promise<Identity> {
  const identity = await identify(c, parts);
  if (identity === null) throw unauthorized(needed);
  if (!mayDo(identity.role, needed)) throw forbidden(identity, needed);
  return identity;
}

export function addGuard(app: Api, parts: ApiParts): void {
  app.use("*", async (c, next) => {
    const access = accessOf(c);
    if (access === null || access.needs === "nothing" || access.needs === "event-key") return next();
    c.set("identity", await admit(c, parts, access.needs));
    return next();
  });
}
