/** `GET /health`, and `GET /`, which says what this is. */
import type { Api, ApiParts } from "../api-parts.ts";

/** What there is, for people who look. */
const routes = [
  "POST /e/:key",
  "POST /invoke/:function",
  "POST /fn/register",
  "DELETE /fn/remove?url=",
  "GET /dev",
  "GET /health",
  "GET|POST /v1/apps",
  "GET /v1/apps/:name/functions",
  "GET /v1/events",
  "GET /v1/events/:id",
  "GET /v1/events/:id/runs",
  "GET /v1/runs",
  "GET|DELETE /v1/runs/:id",
  "GET /v1/runs/:id/steps",
  "GET /v1/runs/:id/jobs",
  "POST /v1/checkpoint/:run/async",
  "GET /v0/runs/:id/actions",
  "GET /v0/runs/:id/batch",
  "DELETE /v0/runs/:id",
  "GET|POST /v1/cancellations",
  "DELETE /v1/cancellations/:id",
  "GET /v2/health",
  "GET /v2/runs",
  "GET /v2/runs/:id",
  "GET /v2/runs/:id/trace",
  "GET /v2/runs/:id/why",
  "POST /v2/runs/:id/rerun",
  "POST /v2/runs/:id/cancel",
  "GET|POST /v2/events",
  "GET /v2/apps",
  "GET /v2/functions",
  "POST /v2/functions/:id/invoke",
  "GET /v2/dead-letters",
  "POST /v2/dead-letters/:id/retry",
  "DELETE /v2/dead-letters/:id",
  "POST /v2/dead-letters/retry",
  "POST /v2/dead-letters/drop",
  "GET|POST /v2/cancellations",
  "GET|POST /v2/reruns",
  "GET|POST|DELETE /v2/pauses",
  "GET|POST /v2/schedules",
  "POST /v2/schedules/:id/pause",
  "POST /v2/schedules/:id/resume",
  "DELETE /v2/schedules/:id",
  "GET /v2/storage",
  "GET /v2/limits",
];

export function addHealthRoutes(app: Api, { respond, version, serverKind }: ApiParts): void {
  app.get("/health", () => respond.json(200, { status: 200, message: "OK" }));
  app.get("/", () => respond.json(200, { name: "stepwell-server", version, kind: serverKind, routes }));
}
