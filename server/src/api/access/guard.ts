/**
 * Lets a request reach its route, or not: who asks must have the role that the table of routes says. What changes something is
 * written into the audit log here, and nowhere else. Used by create-api, before all routes. Must never log or return what was
 * shown as a key.
 */
import { matchedRoutes } from "hono/route";
import type { Identity } from "../../domain/access/identity.ts";
import { mayDo, type Role } from "../../domain/access/role.ts";
import { EngineError } from "../../domain/error.ts";
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";
import { requestIdOf, type TrailRoute, writeTrail } from "./audit-trail.ts";
import { identify } from "./identify.ts";
import { type RouteAccess, routeAccess } from "./route-access.ts";

/** Where everything asks for a key, what is not there too. */
const apiPath = /^\/(?:fn|v0|v1|v2|api|invoke|mcp|metrics)(?:\/|$)/;

const unknownRoute: RouteAccess = { needs: "admin" };
const noRoute: RouteAccess = { needs: "read" };

/** As the table has it: routes of `/api/v2` are those of `/v2`. */
const inTable = (path: string): string => path.replace(/^\/api\/v2(?=\/|$)/, "/v2");

/** What the table says of a route, by its method and path; null for one that it does not know. */
export function accessOfRoute(method: string, path: string): RouteAccess | null {
  return routeAccess[`${method} ${inTable(path)}`] ?? null;
}

/** The route that will answer is the first one after the guard that is no middleware; those have no method. */
function accessOf(c: ApiContext): { access: RouteAccess; pattern: string } | null {
  const routes = matchedRoutes(c).slice(c.req.routeIndex + 1);
  const route = routes.find(({ method }) => method !== "ALL");
  if (route !== undefined)
    return { access: accessOfRoute(route.method, route.path) ?? unknownRoute, pattern: inTable(route.path) };
  return apiPath.test(c.req.path) ? { access: noRoute, pattern: "" } : null;
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

/** Who asks, if they may. @throws EngineError `unauthorized`, `forbidden` */
async function admit(c: ApiContext, parts: ApiParts, needed: Role, trail: TrailRoute | null): Promise<void> {
  const identity = await identify(c, parts);
  if (identity === null) throw unauthorized(needed);
  c.set("identity", identity);
  if (mayDo(identity.role, needed)) return;
  if (trail !== null)
    await writeTrail(c, parts, trail, { who: identity, outcome: "refused", requestId: requestIdOf(c, parts) });
  throw forbidden(identity, needed);
}

/** What programs do all day is written only when a person does it. */
function isWorthKnowing({ change }: TrailRoute, identity: Identity | undefined): boolean {
  return change.isTraffic !== true || identity?.kind === "user";
}

/** After the route has answered. */
async function leaveTrail(c: ApiContext, parts: ApiParts, trail: TrailRoute): Promise<void> {
  const identity = c.get("identity");
  const failedAs = c.get("failedAs");
  const who = c.res.ok ? identity : failedAs;
  if (who === undefined || !isWorthKnowing(trail, identity)) return;
  const requestId = requestIdOf(c, parts);
  await writeTrail(c, parts, trail, { who, outcome: c.res.ok ? "done" : "refused", requestId });
  c.res.headers.set("x-request-id", requestId);
}

export function addGuard(app: Api, parts: ApiParts): void {
  app.use("*", async (c, next) => {
    const found = accessOf(c);
    if (found === null || found.access.needs === "event-key") return next();
    const { access, pattern } = found;
    const trail = access.change === undefined ? null : { change: access.change, pattern };
    if (access.needs !== "nothing") await admit(c, parts, access.needs, trail);
    if (trail === null) return next();
    c.set("keepsBody", true);
    await next();
    await leaveTrail(c, parts, trail);
  });
}
