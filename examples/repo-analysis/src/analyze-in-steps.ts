/**
 * The five steps of an analysis, the same for both who work them: the function `analyze-repo`, whose steps are durable, and the
 * fallback worker, which runs them one after the other. Must never return a token or a key from a step: the engine keeps results.
 */
import { NonRetriableError } from "stepwell";
import { analyze } from "./analysis/analyze.ts";
import type { AnalysisResult } from "./analysis-result.ts";
import type { CommitSource } from "./commits/commit.ts";
import { fitCommits } from "./commits/fit-commits.ts";
import type { Jobs } from "./jobs.ts";
import type { DescribeVibe } from "./vibe/describe-vibe.ts";

export interface AnalyzeRepoDependencies {
  jobs: Jobs;
  /** With the user's GitHub token, where one is kept. @throws Error when the id names no repository, or the token cannot be read. */
  openRepo: (repoId: string, userId: string) => CommitSource;
  /** Default: the result has no sentence about the repository. */
  describeVibe?: DescribeVibe;
  /** Writes the result as JSON. @returns the file's path. */
  writeResult: (jobId: string, result: AnalysisResult) => Promise<string>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Makes `fetch-commit-details` last at least this long, so that a demo can kill the engine meanwhile; 0 for no wait. */
  slowDetailsMs: number;
}

/** Who works the steps, and how each is run. */
export interface StepRunner {
  by: { engine: string } | { worker: string };
  run: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

export type AnalysisOutcome =
  | { jobId: string; resultPath: string; commits: number }
  | { jobId: string; skipped: string };

export async function analyzeInSteps(
  { jobs, openRepo, describeVibe, writeResult, now, slowDetailsMs }: AnalyzeRepoDependencies,
  jobId: string,
  { by, run }: StepRunner,
): Promise<AnalysisOutcome> {
  const step = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    run(name, () => {
      jobs.countStep(jobId, name);
      return work();
    });
  const job = await run("load-job-context", async () => {
    const row = jobs.find(jobId);
    if (row === null) throw new NonRetriableError(`There is no job ${jobId}; send the event after its row exists.`);
    const isOurs = "worker" in by || jobs.markRunning(jobId, by.engine);
    if (!isOurs) return { repoId: row.repoId, userId: row.userId, maxCommits: row.maxCommits, takenBy: row.workerId };
    jobs.countStep(jobId, "load-job-context");
    // A token that cannot be read ends the job here, before anything is asked.
    openRepo(row.repoId, row.userId);
    return { repoId: row.repoId, userId: row.userId, maxCommits: row.maxCommits, takenBy: null };
  });
  if (job.takenBy !== null) return { jobId, skipped: `the worker ${job.takenBy} has taken it` };
  const open = (): CommitSource => openRepo(job.repoId, job.userId);

  const list = await step("fetch-commit-list", () => open().listCommits(job.maxCommits));
  const details = await step("fetch-commit-details", async () => {
    await new Promise((resolve) => setTimeout(resolve, slowDetailsMs));
    return fitCommits(await open().getCommits(list.shas));
  });
  const analysis = await step("compute-analysis", async () => {
    const metrics = analyze(details.commits);
    const who = { jobId, userId: job.userId, worker: "worker" in by };
    return describeVibe === undefined ? metrics : { ...metrics, vibe: await describeVibe(metrics, who) };
  });
  return step("save-results", async () => {
    const result: AnalysisResult = {
      ...analysis,
      repoId: job.repoId,
      timeZone: open().timeZone,
      truncated: list.truncated || details.dropped > 0,
      withoutFiles: details.withoutFiles,
      unknownChanges: details.commits.filter(({ changesUnknown }) => changesUnknown).length,
      analyzedAt: new Date(now()).toISOString(),
    };
    const resultPath = await writeResult(jobId, result);
    jobs.markDone(jobId, result, resultPath);
    return { jobId, resultPath, commits: result.commits };
  });
}
