/**
 * `/v2`, also mounted at `/api/v2`: puts the routes of its rooms together. A room is a noun: `runs/`, `events/`, `apps/`, `operate/`
 * (what operators look after), `metrics/`, `alerts/`, `access/`, `engine/` (the engine itself, and its stream of changes). Called by create-api.
 */
import { Hono } from "hono";
import type { Topic } from "../activity-feed.ts";
import type { Api, ApiEnv, ApiParts } from "../api-parts.ts";
import { toProblem } from "../problem.ts";
import { addAuditRoutes } from "./access/audit.ts";
import { addKeyRoutes } from "./access/keys.ts";
import { addOidcRoutes } from "./access/oidc.ts";
import { addSessionRoutes } from "./access/session.ts";
import { addUserRoutes } from "./access/users.ts";
import { addAlertRoutes } from "./alerts/alerts.ts";
import { addAlertChannelRoutes } from "./alerts/channels.ts";
import { addAlertRuleRoutes } from "./alerts/rules.ts";
import { addAppAddressRoutes } from "./apps/app-addresses.ts";
import { addAppRoutesV2 } from "./apps/apps.ts";
import { addTickRoutes } from "./apps/ticks.ts";
import { addEngineRoutes, addHealthRouteV2 } from "./engine/engine.ts";
import { addOverviewRoutes } from "./engine/overview.ts";
import { addStreamRoute } from "./engine/stream.ts";
import { addEventRoutesV2 } from "./events/events.ts";
import { addWebhookRoutes } from "./events/webhooks.ts";
import { addMetricsRoutes } from "./metrics/metrics.ts";
import { addNotBuiltRoutes } from "./not-built.ts";
import { addBulkJobRoutes } from "./operate/bulk-jobs.ts";
import { addDeadLetterGroupRoutes } from "./operate/dead-letter-groups.ts";
import { addDeadLetterRoutes } from "./operate/dead-letters.ts";
import { addLimitOverrideRoutes } from "./operate/limit-overrides.ts";
import { addPauseRoutes } from "./operate/pauses.ts";
import { addQueueRoutes } from "./operate/queue.ts";
import { addScheduleRoutes } from "./operate/schedules.ts";
import { addRunActionRoutes } from "./runs/run-actions.ts";
import { addRunLogRoutes } from "./runs/run-logs.ts";
import { addRunStateRoutesV2 } from "./runs/run-states.ts";
import { addRunStepRoutes } from "./runs/run-steps.ts";
import { addRunStreamRoute } from "./runs/run-stream.ts";
import { addRunRoutesV2 } from "./runs/runs.ts";
import { createV2Parts } from "./v2-parts.ts";

const topics: Readonly<Record<string, readonly Topic[]>> = {
  alerts: ["alerts"],
  apps: ["runs"],
  "bulk-jobs": ["bulk-jobs"],
  cancellations: ["bulk-jobs"],
  "dead-letters": ["dead-letters"],
  "limit-overrides": ["functions"],
  events: ["events"],
  functions: ["runs"],
  pauses: ["pauses"],
  reruns: ["bulk-jobs"],
  "run-actions": ["runs", "dead-letters"],
  runs: ["runs"],
  schedules: ["schedules"],
};

/** What a request has changed, by the first name in its path. */
function topicsOf(path: string): readonly Topic[] {
  const name = /^(?:\/api)?\/v2\/([^/]+)/.exec(path)?.[1];
  return topics[name ?? ""] ?? [];
}

/** A refusal that ends by itself says when, in the header that clients know. */
function withWait(response: Response, data: unknown): Response {
  if (response.status !== 429 || typeof data !== "object" || data === null || !("retryAfterSeconds" in data))
    return response;
  response.headers.set("retry-after", String(data.retryAfterSeconds));
  return response;
}

export function createV2Api(apiParts: ApiParts): Api {
  const parts = createV2Parts(apiParts);
  const app: Api = new Hono<ApiEnv>();
  app.onError((error, c) => {
    const { status, code, message, data } = toProblem(error, parts.logger, `${c.req.method} ${c.req.path}`);
    return withWait(parts.refuse(status, code, message), data);
  });
  addHealthRouteV2(app, parts);
  addSessionRoutes(app, parts);
  addOidcRoutes(app, parts);
  app.use("*", async (c, next) => {
    await next();
    if (c.req.method !== "GET" && c.res.ok) for (const topic of topicsOf(c.req.path)) parts.feed.changed(topic);
  });
  addEngineRoutes(app, parts);
  addKeyRoutes(app, parts);
  addUserRoutes(app, parts);
  addAuditRoutes(app, parts);
  addRunRoutesV2(app, parts);
  addRunStateRoutesV2(app, parts);
  addRunStepRoutes(app, parts);
  addRunLogRoutes(app, parts);
  addRunStreamRoute(app, parts);
  addRunActionRoutes(app, parts);
  addEventRoutesV2(app, parts);
  addWebhookRoutes(app, parts);
  addAppRoutesV2(app, parts);
  addDeadLetterRoutes(app, parts);
  addBulkJobRoutes(app, parts);
  addPauseRoutes(app, parts);
  addLimitOverrideRoutes(app, parts);
  addScheduleRoutes(app, parts);
  addAppAddressRoutes(app, parts);
  addTickRoutes(app, parts);
  addDeadLetterGroupRoutes(app, parts);
  addQueueRoutes(app, parts);
  addOverviewRoutes(app, parts);
  addMetricsRoutes(app, parts);
  addAlertRoutes(app, parts);
  addAlertRuleRoutes(app, parts);
  addAlertChannelRoutes(app, parts);
  addStreamRoute(app, parts);
  addNotBuiltRoutes(app, parts);
  return app;
}
