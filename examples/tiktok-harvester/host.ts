/** Serves the routes of web/src/app on PORT without Next.js. Started by start.ts and by tests, which kill it. */
import { serve } from "@hono/node-server";
import { routesFetch } from "./routes-fetch.ts";

serve({ fetch: routesFetch, port: Number(process.env["PORT"] ?? 3032), hostname: "127.0.0.1" }, ({ port }) => {
  console.log(`tiktok-harvester is listening on http://127.0.0.1:${port}`);
});
