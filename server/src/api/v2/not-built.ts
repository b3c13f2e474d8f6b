/** Routes of `/v2` that Inngest's cloud has and an engine that people run themselves has not: they say so. */
import type { Api, ApiContext } from "../api-parts.ts";
import type { V2Parts } from "./v2-parts.ts";

const cloudOnly: readonly string[] = [
  "/envs",
  "/envs/:id",
  "/account",
  "/account/*",
  "/partner/*",
  "/env/webhooks",
  "/env/webhooks/*",
  "/runs/:id/scores",
  "/apps/:app/syncs",
  "/insights/*",
  "/experiments",
  "/experiments/*",
  "/sessions",
  "/sessions/*",
  "/sandboxes",
  "/sandboxes/*",
  "/operations",
];

export function addNotBuiltRoutes(app: Api, { refuse }: V2Parts): void {
  const answer = (c: ApiContext): Response =>
    refuse(
      501,
      "not_implemented",
      `${c.req.method} ${c.req.path} belongs to Inngest's cloud; this engine does not have it.`,
    );
  for (const path of cloudOnly) app.all(path, answer);
}
