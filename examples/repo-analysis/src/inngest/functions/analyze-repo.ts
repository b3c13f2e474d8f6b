/**
 * The background job: five durable steps from a job row to a saved analysis.
 * A step that has finished is never run again, whatever happens to the engine or to this app; a step that fails is
 * tried again by itself. What a step returns is kept by the engine, so no step returns the GitHub token.
 */
import type { InngestFunction } from "stepwell";
import { NonRetriableError } from "stepwell";
import { analyze } from "../../analysis/analyze.ts";
import type { AnalysisResult } from "../../analysis-result.ts";
import type { CommitSource } from "../../commits/commit.ts";
import { fitCommits } from "../../commits/fit-commits.ts";
import type { Jobs } from "../../jobs.ts";
import { inngest } from "../client.ts";

export interface AnalyzeRepoDependencies {
  jobs: Jobs;
  /** @throws Error when the id names no repository. */
  openRepo: (repoId: string) => CommitSource;
  /** Writes the result as JSON. @returns the file's path. */
  writeResult: (jobId: string, result: AnalysisResult) => Promise<string>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Makes `fetch-commit-details` last at least this long, so that a demo can kill the engine meanwhile; 0 for no wait. */
  slowDetailsMs: number;
}

export function createAnalyzeRepo({
  jobs,
  openRepo,
  writeResult,
  now,
  slowDetailsMs,
}: AnalyzeRepoDependencies): InngestFunction {
  return inngest.createFunction(
    {
      id: "analyze-repo",
      name: "Analyze a repository",
      retries: 5,
      triggers: [{ event: "repo/analyze.requested" }],
      onFailure: async ({ event, error }) => {
        jobs.markError(event.data.event.data.jobId, error.message);
      },
    },
    async ({ event, step, runId }) => {
      const { jobId } = event.data;

      const job = await step.run("load-job-context", () => {
        const row = jobs.find(jobId);
        if (row === null) throw new NonRetriableError(`There is no job ${jobId}; send the event after its row exists.`);
        jobs.markRunning(jobId, runId);
        jobs.countStep(jobId, "load-job-context");
        return { repoId: row.repoId, maxCommits: row.maxCommits };
      });

      const list = await step.run("fetch-commit-list", () => {
        jobs.countStep(jobId, "fetch-commit-list");
        return openRepo(job.repoId).listCommits(job.maxCommits);
      });

      const details = await step.run("fetch-commit-details", async () => {
        jobs.countStep(jobId, "fetch-commit-details");
        await new Promise((resolve) => setTimeout(resolve, slowDetailsMs));
        return fitCommits(await openRepo(job.repoId).getCommits(list.shas));
      });

      const analysis = await step.run("compute-analysis", () => {
        jobs.countStep(jobId, "compute-analysis");
        return analyze(details.commits);
      });

      return step.run("save-results", async () => {
        jobs.countStep(jobId, "save-results");
        const result: AnalysisResult = {
          ...analysis,
          repoId: job.repoId,
          timeZone: openRepo(job.repoId).timeZone,
          truncated: list.truncated || details.dropped > 0,
          withoutFiles: details.withoutFiles,
          unknownChanges: details.commits.filter(({ changesUnknown }) => changesUnknown).length,
          analyzedAt: new Date(now()).toISOString(),
        };
        const resultPath = await writeResult(jobId, result);
        jobs.markDone(jobId, result, resultPath);
        return { jobId, resultPath, commits: result.commits };
      });
    },
  );
}
