/**
 * Runs the app: `npm start`. The composition root; this file and worker/worker-main.ts alone read the environment.
 */
import { serve } from "@hono/node-server";
import { createApp } from "./app.ts";
import { compose } from "./compose.ts";
import { readConfig } from "./config.ts";

const config = readConfig(process.env);
const { dependencies, claims, secrets, close } = compose(config);
const app = createApp({
  ...dependencies,
  claims,
  secrets,
  hasWorker: config.hasWorker,
  maxCommits: config.maxCommits,
  cwd: process.cwd(),
});

const server = serve({ fetch: app.fetch, port: config.port, hostname: config.host }, ({ port }) => {
  process.stdout.write(`repo-analysis is listening on http://${config.host}:${port}\n`);
});

function stop(): void {
  server.close(() => {
    close();
    process.exit(0);
  });
  if ("closeAllConnections" in server) server.closeAllConnections();
}
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
