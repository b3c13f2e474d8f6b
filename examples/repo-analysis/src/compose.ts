/** Puts the parts together for both programs: the app (server.ts) and the fallback worker (worker/worker-main.ts). */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AnalyzeRepoDependencies } from "./analyze-in-steps.ts";
import { createCommitSource } from "./commits/commit-source.ts";
import { parseRepoRef } from "./commits/repo-ref.ts";
import type { Config } from "./config.ts";
import { openDatabase } from "./database.ts";
import { createJobClaims, type JobClaims } from "./job-claims.ts";
import { createJobs } from "./jobs.ts";
import { createSecrets, type Secrets } from "./secrets.ts";
import { createAskLlm } from "./vibe/ask-llm.ts";
import { createDescribeVibe } from "./vibe/describe-vibe.ts";
import { createLlmUsage } from "./vibe/llm-usage.ts";
import { writeResult } from "./write-result.ts";

export interface Parts {
  dependencies: AnalyzeRepoDependencies;
  claims: JobClaims;
  secrets: Secrets;
  close(): void;
}

export function compose(config: Config): Parts {
  const dataDir = resolve(config.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const database = openDatabase(join(dataDir, "jobs.db"));
  const jobs = createJobs(database, Date.now);
  const secrets = createSecrets(database, config.encryptionKey);
  return {
    dependencies: {
      jobs,
      openRepo: (repoId, userId) =>
        createCommitSource(parseRepoRef(repoId, process.cwd()), {
          baseUrl: config.githubUrl,
          token: secrets.find(userId, "github-token") ?? config.githubToken,
          fetch,
          now: Date.now,
          cache: jobs.commitCache(repoId),
        }),
      describeVibe: createDescribeVibe({
        ask: createAskLlm(config.llmUrl, fetch),
        secrets,
        usage: createLlmUsage(database),
        platformKey: config.llmKey,
        freeAnalyses: config.freeAnalyses,
      }),
      writeResult: (jobId, result) => writeResult(join(dataDir, "results"), jobId, result),
      now: Date.now,
      slowDetailsMs: config.slowDetailsMs,
    },
    claims: createJobClaims(database, Date.now),
    secrets,
    close: () => database.close(),
  };
}
