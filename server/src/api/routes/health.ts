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
];

export function addHealthRoutes(app: Api, { respond, version, serverKind }: ApiParts): void {
  app.get("/health", () => respond.json(200, { status: 200, message: "OK" }));
  app.get("/", () => respond.json(200, { name: "stepwell-server", version, kind: serverKind, routes }));
}
