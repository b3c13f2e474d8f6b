/** Routes of `/v2` that Inngest's cloud has and an engine that people run themselves has not: they say so. */
import type { Api, ApiContext } from "../api-parts.ts";
import type { V2Parts } from "./v2-parts.ts";

const cloudOnly: readonly (readonly [method: "get" | "post" | "patch", path: string])[] = [
  ["post", "/envs"],
  ["patch", "/envs/:id"],
  ["get", "/account"],
  ["post", "/partner/accounts"],
  ["get", "/env/webhooks"],
  ["post", "/env/webhooks"],
  ["post", "/runs/:id/scores"],
  ["get", "/insights/*"],
  ["post", "/insights/*"],
  ["get", "/experiments/*"],
  ["get", "/sessions/*"],
  ["get", "/sandboxes/*"],
];

export function addNotBuiltRoutes(app: Api, { refuse }: V2Parts): void {
  const answer = (c: ApiContext): Response =>
    refuse(
      501,
      "not_implemented",
      `${c.req.method} ${c.req.path} belongs to Inngest's cloud; this engine does not have it.`,
    );
  for (const [method, path] of cloudOnly) app[method](path, answer);
}
