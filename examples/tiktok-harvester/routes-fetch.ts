/** Finds the route file that a request is for, as Next.js does. Called by host.ts and tests. */
import * as config from "./web/src/app/api/admin/config/route.ts";
import * as retry from "./web/src/app/api/admin/dead-letter-queue/retry/route.ts";
import * as deadLetterQueue from "./web/src/app/api/admin/dead-letter-queue/route.ts";
import * as jobs from "./web/src/app/api/admin/jobs/route.ts";
import * as killSwitch from "./web/src/app/api/admin/kill-switch/route.ts";
import * as inngest from "./web/src/app/api/inngest/route.ts";

type Route = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response> | Response;

const routes: Readonly<Record<string, object>> = {
  "/api/inngest": inngest,
  "/api/admin/jobs": jobs,
  "/api/admin/kill-switch": killSwitch,
  "/api/admin/config": config,
  "/api/admin/dead-letter-queue": deadLetterQueue,
  "/api/admin/dead-letter-queue/retry": retry,
};

export async function routesFetch(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
  if (route === undefined) return new Response("There is no such route.", { status: 404 });
  const handle = (route as Record<string, unknown>)[request.method];
  if (typeof handle !== "function") return new Response(null, { status: 405 });
  return (handle as Route)(request, { params: Promise.resolve({}) });
}
