/**
 * The HTTP API: puts the routes together. Made by main. Must never hold state: what it tells is the engine's or the store's.
 */
import { Hono } from "hono";
import type { ServerKind } from "stepwell/protocol";
import { createAccess } from "../core/access/access.ts";
import { createRoleOfEmail } from "../core/access/oidc-roles.ts";
import type { PasswordCost } from "../core/access/passwords.ts";
import type { Engine } from "../core/engine.ts";
import type { AccessStore } from "../ports/access-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import { type Metrics, noMetrics } from "../ports/metrics.ts";
import type { StoreReader } from "../ports/store.ts";
import { createAddressOf } from "./access/address.ts";
import { addGuard } from "./access/guard.ts";
import type { OidcOptions } from "./access/oidc-provider.ts";
import { type ActivityFeed, createActivityFeed } from "./activity-feed.ts";
import type { Api, ApiContext, ApiEnv, ApiParts, Kept } from "./api-parts.ts";
import { type AuthKeys, createAuth } from "./auth.ts";
import { addDashboard } from "./dashboard/serve-dashboard.ts";
import { addDevGate, addStartGate, type GateOptions } from "./gate.ts";
import { addMcpRoutes } from "./mcp/mcp.ts";
import { nearestRoutes, type RouteName } from "./nearest-routes.ts";
import { addReferenceRoutes } from "./openapi/add-reference.ts";
import { addRequestCheck } from "./openapi/check-request.ts";
import { problemBody, toProblem } from "./problem.ts";
import { createRespond } from "./respond.ts";
import { addAppRoutes } from "./routes/apps.ts";
import { addCancellationRoutes } from "./routes/cancellations.ts";
import { addCheckpointRoutes } from "./routes/checkpoint.ts";
import { addDevRoutes } from "./routes/dev.ts";
import { addEventRoutes } from "./routes/events.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addHookRoutes } from "./routes/hooks.ts";
import { addInvokeRoutes } from "./routes/invoke.ts";
import { addPrometheusRoute } from "./routes/metrics.ts";
import { addNotBuiltRoutes } from "./routes/not-built.ts";
import { addRegisterRoutes } from "./routes/register.ts";
import { addRunMetadataRoutes } from "./routes/run-metadata.ts";
import { addRunStateRoutes } from "./routes/run-state.ts";
import { addRunRoutes } from "./routes/runs.ts";
import { addSignalRoutes } from "./routes/signals.ts";
import { addStoredEventRoutes } from "./routes/stored-events.ts";
import { createV2Api } from "./v2/create-v2-api.ts";

export interface ApiOptions {
  engine: Engine;
  store: StoreReader;
  clock: Clock;
  logger: Logger;
  /** Where keys, users and the audit log are kept. */
  access: AccessStore;
  /** What the engine's owner decided of what is kept, to show it. Default: everything is. */
  kept?: Kept;
  /** Proxies whose word counts for who asks, besides those of this machine: addresses or networks. Default: none. */
  trustedProxies?: readonly string[];
  /** An OpenID Connect provider at which people sign in. Default: none. */
  oidc?: OidcOptions | undefined;
  /** What a new password's hash costs. Default: enough. */
  passwordCost?: PasswordCost;
  /** Null for dev, which checks no keys. */
  auth: AuthKeys | null;
  serverKind: ServerKind;
  /** The engine's version. */
  version: string;
  /** For an API that is asked over the network; null for one that only this process asks. Default: as for this machine alone. */
  gate?: GateOptions | null;
  /** What the engine tells and the API changes, for pages that stay open. Default: one that only this API tells. */
  feed?: ActivityFeed;
  /** What is counted. Default: nothing is. */
  metrics?: Metrics;
}

/** Keys stand in the paths of the event API and of webhooks. */
function safePath(path: string): string {
  if (path.startsWith("/hooks/")) return "/hooks/:token";
  return path.startsWith("/e/") ? "/e/:key" : path;
}

/** Tells open pages what is changed by routes beside those of `/v2`, which tell it themselves. */
function addChangeNews(app: Api, { feed }: ApiParts): void {
  for (const path of ["/fn/remove", "/v1/apps"]) {
    app.use(path, async (c, next) => {
      await next();
      if (c.req.method !== "GET" && c.res.ok) feed.changed("apps");
    });
  }
}

/** `/v2` has an error shape of its own. */
const isV2 = (path: string): boolean => /^\/(?:api\/)?v2(?:\/|$)/.test(path);

function notFound(c: ApiContext, routes: readonly RouteName[], respond: ApiParts["respond"]): Response {
  const { method, path } = c.req;
  const near = nearestRoutes(method, path, routes);
  const hint = near.length === 0 ? "See GET / for what there is." : `Near it: ${near.join(", ")}.`;
  const message = `There is no ${method} ${safePath(path)} here. ${hint}`;
  if (isV2(path)) return respond.json(404, { errors: [{ code: "not_found", message }] });
  return respond.json(404, { error: message, code: "not_found", data: null, status: 404 });
}

function createParts(options: ApiOptions): ApiParts {
  const { engine, store, clock, logger, serverKind, version } = options;
  const respond = createRespond(serverKind);
  const auth = createAuth(options.auth);
  return {
    engine,
    store,
    clock,
    logger,
    auth,
    access: createAccess({
      store: options.access,
      clock,
      logger,
      signingKeys: auth.fingerprints,
      passwordCost: options.passwordCost,
      roleOfEmail: options.oidc === undefined ? undefined : createRoleOfEmail(options.oidc.roles),
    }),
    oidc: options.oidc ?? null,
    kept: options.kept ?? { retentionMs: null, maxDiskBytes: null },
    addressOf: createAddressOf(options.trustedProxies ?? []),
    feed: options.feed ?? createActivityFeed(clock),
    metrics: options.metrics ?? noMetrics,
    respond,
    serverKind,
    version,
  };
}

export function createApi(options: ApiOptions): Api {
  const { logger } = options;
  const parts = createParts(options);
  const { respond } = parts;
  const app: Api = new Hono<ApiEnv>();
  app.onError((error, c) => {
    const problem = toProblem(error, logger, `${c.req.method} ${safePath(c.req.path)}`);
    const { status, code, message } = problem;
    return respond.json(status, isV2(c.req.path) ? { errors: [{ code, message }] } : problemBody(problem));
  });
  app.notFound((c) => notFound(c, app.routes, respond));
  const { gate = {} } = options;
  if (gate !== null && options.auth === null) addDevGate(app, gate);
  if (gate !== null && options.auth !== null) addStartGate(app);
  app.options("*", () => respond.empty(204));
  if (gate !== null) addDashboard(app);
  addGuard(app, parts);
  addHealthRoutes(app, parts);
  addEventRoutes(app, parts);
  addHookRoutes(app, parts);
  addPrometheusRoute(app, parts);
  addChangeNews(app, parts);
  addCheckpointRoutes(app, parts);
  addRegisterRoutes(app, parts);
  addRequestCheck(app);
  addReferenceRoutes(app, parts);
  addDevRoutes(app, parts);
  addInvokeRoutes(app, parts);
  addRunStateRoutes(app, parts);
  addRunRoutes(app, parts);
  addRunMetadataRoutes(app, parts);
  addSignalRoutes(app, parts);
  addStoredEventRoutes(app, parts);
  addAppRoutes(app, parts);
  addCancellationRoutes(app, parts);
  addMcpRoutes(app, parts);
  addNotBuiltRoutes(app, parts);
  const v2 = createV2Api(parts);
  app.route("/v2", v2);
  app.route("/api/v2", v2);
  return app;
}
