/**
 * `GET /metrics`: what Prometheus reads. With the rest of the API it asks for the role read where keys are asked for, as a bearer, which
 * Prometheus can send; by itself it is for this machine, and asks for none.
 */
import { Hono } from "hono";
import type { ServerKind } from "stepwell/protocol";
import type { Logger } from "../../ports/logger.ts";
import type { Metrics } from "../../ports/metrics.ts";
import type { Api, ApiEnv, ApiParts } from "../api-parts.ts";
import { addDevGate } from "../gate.ts";
import { problemBody, toProblem } from "../problem.ts";
import { createRespond } from "../respond.ts";

export function addPrometheusRoute(app: Api, { metrics, respond }: Pick<ApiParts, "metrics" | "respond">): void {
  app.get("/metrics", async () => {
    const { contentType, text } = await metrics.scrape();
    return respond.text(contentType, text);
  });
}

/** Metrics alone, for a port of their own on loopback: like dev, it believes only requests for a name of this machine. */
export function createMetricsApi(metrics: Metrics, serverKind: ServerKind, logger: Logger): Api {
  const respond = createRespond(serverKind);
  const app: Api = new Hono<ApiEnv>();
  app.onError((error, c) => {
    const problem = toProblem(error, logger, `${c.req.method} /metrics`);
    return respond.json(problem.status, problemBody(problem));
  });
  addDevGate(app, {});
  addPrometheusRoute(app, { metrics, respond });
  app.notFound(() =>
    respond.json(404, { error: "There is GET /metrics here, and no more.", code: "not_found", status: 404 }),
  );
  return app;
}
