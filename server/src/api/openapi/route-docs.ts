/**
 * What is said of every route of the API. A route that is not here has no document, and a test fails. Read by the check of
 * requests and by the document. Routes of `/api/v2` are those of `/v2`.
 */
import { accessDocs } from "./docs/access.ts";
import { alertDocs } from "./docs/alerts.ts";
import { engineDocs } from "./docs/engine.ts";
import { eventDocs } from "./docs/events.ts";
import { functionDocs } from "./docs/functions.ts";
import { operationDocs } from "./docs/operations.ts";
import { protocolDocs } from "./docs/protocol.ts";
import { runDocs } from "./docs/runs.ts";
import { v1Docs } from "./docs/v1.ts";
import { webhookDocs } from "./docs/webhooks.ts";
import type { RouteDoc, RouteDocs } from "./route-doc.ts";

/** By method and path, as the routes are declared. */
export const routeDocs: RouteDocs = {
  ...runDocs,
  ...eventDocs,
  ...functionDocs,
  ...operationDocs,
  ...webhookDocs,
  ...alertDocs,
  ...accessDocs,
  ...engineDocs,
  ...protocolDocs,
  ...v1Docs,
};

/** Null for a route that nothing is said of. */
export function docOfRoute(method: string, path: string): RouteDoc | null {
  return routeDocs[`${method} ${path.replace(/^\/api\/v2(?=\/|$)/, "/v2")}`] ?? null;
}
