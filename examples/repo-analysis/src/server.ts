/**
 * Runs the app: `npm start`. The composition root; the only file that reads the environment.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { serve } from "@hono/node-server";
import { createApp } from "./app.ts";
import { createCommitSource } from "./commits/commit-source.ts";
import { parseRepoRef } from "./commits/repo-ref.ts";
import { readConfig } from "./config.ts";
import { openDatabase } from "./database.ts";
import { createJobs } from "./jobs.ts";
import { writeResult } from "./write-result.ts";

const config = readConfig(process.env);
const dataDir = resolve(config.dataDir);
mkdirSync(dataDir, { recursive: true });
const database = openDatabase(join(dataDir, "jobs.db"));
const jobs = createJobs(database, Date.now);

const app = createApp({
  jobs,
  openRepo: (repoId) =>
    createCommitSource(parseRepoRef(repoId, process.cwd()), {
      baseUrl: config.githubUrl,
      token: config.githubToken,
      fetch,
      now: Date.now,
      cache: jobs.commitCache(repoId),
    }),
  writeResult: (jobId, result) => writeResult(join(dataDir, "results"), jobId, result),
  now: Date.now,
  slowDetailsMs: config.slowDetailsMs,
  maxCommits: config.maxCommits,
  cwd: process.cwd(),
});

const server = serve({ fetch: app.fetch, port: config.port, hostname: config.host }, ({ port }) => {
  process.stdout.write(`repo-analysis is listening on http://${config.host}:${port}\n`);
});

function stop(): void {
  server.close(() => {
    database.close();
    process.exit(0);
  });
  if ("closeAllConnections" in server) server.closeAllConnections();
}
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
