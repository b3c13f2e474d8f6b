/** `/v2`, also mounted at `/api/v2`: puts its routes together. Called by create-api. */
import { Hono } from "hono";
import type { Topic } from "../activity-feed.ts";
import type { Api, ApiEnv, ApiParts } from "../api-parts.ts";
import { toProblem } from "../problem.ts";
import { addAppAddressRoutes } from "./app-addresses.ts";
import { addAppRoutesV2 } from "./apps.ts";
import { addAuditRoutes } from "./audit.ts";
import { addBulkJobRoutes } from "./bulk-jobs.ts";
import { addDeadLetterGroupRoutes } from "./dead-letter-groups.ts";
import { addDeadLetterRoutes } from "./dead-letters.ts";
import { addEngineRoutes, addHealthRouteV2 } from "./engine.ts";
import { addEventRoutesV2 } from "./events.ts";
import { addKeyRoutes } from "./keys.ts";
import { addMetricsRoutes } from "./metrics.ts";
import { addNotBuiltRoutes } from "./not-built.ts";
import { addOverviewRoutes } from "./overview.ts";
import { addPauseRoutes } from "./pauses.ts";
import { addQueueRoutes } from "./queue.ts";
import { addRunActionRoutes } from "./run-actions.ts";
import { addRunLogRoutes } from "./run-logs.ts";
import { addRunStateRoutesV2 } from "./run-states.ts";
import { addRunStepRoutes } from "./run-steps.ts";
import { addRunStreamRoute } from "./run-stream.ts";
import { addRunRoutesV2 } from "./runs.ts";
import { addScheduleRoutes } from "./schedules.ts";
import { addSessionRoutes } from "./session.ts";
import { addStreamRoute } from "./stream.ts";
import { addTickRoutes } from "./ticks.ts";
import { addUserRoutes } from "./users.ts";
import { createV2Parts } from "./v2-parts.ts";

const topics: Readonly<Record<string, readonly Topic[]>> = {
  apps: ["runs"],
  "bulk-jobs": ["bulk-jobs"],
  cancellations: ["bulk-jobs"],
  "dead-letters": ["dead-letters"],
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
  addAppRoutesV2(app, parts);
  addDeadLetterRoutes(app, parts);
  addBulkJobRoutes(app, parts);
  addPauseRoutes(app, parts);
  addScheduleRoutes(app, parts);
  addAppAddressRoutes(app, parts);
  addTickRoutes(app, parts);
  addDeadLetterGroupRoutes(app, parts);
  addQueueRoutes(app, parts);
  addOverviewRoutes(app, parts);
  addMetricsRoutes(app, parts);
  addStreamRoute(app, parts);
  addNotBuiltRoutes(app, parts);
  return app;
}
