/** `/v2`, also mounted at `/api/v2`: puts its routes together. Called by create-api. */
import { Hono } from "hono";
import { EngineError } from "../../domain/error.ts";
import { type Api, type ApiEnv, type ApiParts, requestHeader } from "../api-parts.ts";
import { toProblem } from "../problem.ts";
import { addAppRoutesV2 } from "./apps.ts";
import { addBulkJobRoutes } from "./bulk-jobs.ts";
import { addDeadLetterRoutes } from "./dead-letters.ts";
import { addEngineRoutes, addHealthRouteV2 } from "./engine.ts";
import { addEventRoutesV2 } from "./events.ts";
import { addNotBuiltRoutes } from "./not-built.ts";
import { addPauseRoutes } from "./pauses.ts";
import { addRunRoutesV2 } from "./runs.ts";
import { addScheduleRoutes } from "./schedules.ts";
import { createV2Parts } from "./v2-parts.ts";

/** Everything but `/health` asks for the signing key. */
export function createV2Api(apiParts: ApiParts): Api {
  const parts = createV2Parts(apiParts);
  const app: Api = new Hono<ApiEnv>();
  app.onError((error, c) => {
    const { status, code, message } = toProblem(error, parts.logger, `${c.req.method} ${c.req.path}`);
    return parts.refuse(status, code, message);
  });
  // Routes that stand before the guard are open.
  addHealthRouteV2(app, parts);
  app.use("*", async (c, next) => {
    if (parts.auth.allows(requestHeader(c, "authorization"))) return next();
    throw new EngineError(
      "unauthorized",
      "Authentication failed. Send the signing key: `Authorization: Bearer <signing key>`.",
    );
  });
  addEngineRoutes(app, parts);
  addRunRoutesV2(app, parts);
  addEventRoutesV2(app, parts);
  addAppRoutesV2(app, parts);
  addDeadLetterRoutes(app, parts);
  addBulkJobRoutes(app, parts);
  addPauseRoutes(app, parts);
  addScheduleRoutes(app, parts);
  addNotBuiltRoutes(app, parts);
  return app;
}
