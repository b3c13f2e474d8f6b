/**
 * Routes of Inngest's servers that this engine does not have: they say so, whatever the method, so that nobody takes a 404
 * for a wrong address. Those of `/v2` stand in v2/not-built. See docs/api.md#the-engine.
 */
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";

const realtime =
  "realtime channels, which this engine does not have; let the app publish through a service of its own.";
const connect =
  "connect, which this engine does not have: it calls apps over HTTP. Serve the app with `serve()`, and sync its URL.";
const durable =
  "durable endpoints, which this engine does not have. Checkpoints of functions go to /v1/checkpoint/:runId/async.";

const missing: readonly (readonly [path: string, belongsTo: string])[] = [
  ["/v1/realtime/*", realtime],
  ["/v0/connect/*", connect],
  ["/v1/checkpoint", durable],
  ["/v1/http/*", durable],
  ["/v1/checkpoint/:runId/steps", durable],
  ["/v1/checkpoint/:runId/output", durable],
  ["/v1/traces/*", "traces of the app's own code, which this engine does not keep; send them to your own collector."],
  ["/dev/traces", "traces of the app's own code, which this engine does not keep; send them to your own collector."],
  ["/v1/prom/*", "Prometheus, which this engine does not feed. GET /v2/storage and /v2/runs have numbers."],
  ["/v1/webhooks", "webhooks of Inngest's cloud. This engine has its own: see /v2/webhooks."],
  ["/v1/webhooks/*", "webhooks of Inngest's cloud. This engine has its own: see /v2/webhooks."],
  ["/v0/gql", "the GraphQL API, which this engine does not have. GET / lists the routes that it has."],
  ["/v0/telemetry", "telemetry of SDKs, which this engine does not collect."],
  ["/fn/step-limit", "limits set for tests. The engine's limits are options of its command."],
  ["/fn/state-size-limit", "limits set for tests. The engine's limits are options of its command."],
];

export function addNotBuiltRoutes(app: Api, { respond }: ApiParts): void {
  for (const [path, belongsTo] of missing) {
    app.all(path, (c: ApiContext) =>
      respond.json(501, {
        error: `${c.req.method} ${c.req.path} belongs to ${belongsTo}`,
        code: "not_implemented",
        data: null,
        status: 501,
      }),
    );
  }
}
