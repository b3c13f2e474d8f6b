/**
 * The job table: one row a job, and how often each of its steps ran. Called by the API and by the steps.
 */
import type { AnalysisResult } from "./analysis-result.ts";
import type { Commit } from "./commits/commit.ts";
import type { CommitCache } from "./commits/github.ts";
import type { Database } from "./database.ts";

export type JobStatus = "queued" | "running" | "done" | "error";

export interface Job {
  id: string;
  userId: string;
  repoId: string;
  maxCommits: number;
  status: JobStatus;
  /** The engine's run; null until its first step ran. */
  runId: string | null;
  /** The JSON file; null until the job is done. */
  resultPath: string | null;
  result: AnalysisResult | null;
  /** Null unless `status` is `error`. */
  errorMessage: string | null;
  /** ISO 8601, UTC. */
  createdAt: string;
  completedAt: string | null;
  /** The fallback worker that has taken it; null for the engine's. */
  workerId: string | null;
}

export interface StepRun {
  step: string;
  /** How often the step's code was started; 1 unless it was retried or its answer was lost. */
  executions: number;
}

export interface Jobs {
  create(job: Pick<Job, "id" | "userId" | "repoId" | "maxCommits">): void;
  find(id: string): Job | null;
  /** @returns false when a fallback worker has taken the job: the run leaves it alone. */
  markRunning(id: string, runId: string): boolean;
  markDone(id: string, result: AnalysisResult, resultPath: string): void;
  /** A job that is done stays done. */
  markError(id: string, message: string): void;
  countStep(id: string, step: string): void;
  /** In the order in which the steps first ran. */
  listSteps(id: string): StepRun[];
  commitCache(repoId: string): CommitCache;
}

interface JobRow {
  id: string;
  user_id: string;
  repo_id: string;
  max_commits: number;
  status: JobStatus;
  run_id: string | null;
  result_path: string | null;
  result: string | null;
  error_message: string | null;
  created_at: string;
  completed_at: string | null;
  worker_id: string | null;
}

/** @param now milliseconds since 1970. */
export function createJobs(database: Database, now: () => number): Jobs {
  const isoNow = (): string => new Date(now()).toISOString();
  const insert = database.prepare(
    "INSERT INTO analysis_jobs (id, user_id, repo_id, max_commits, status, created_at) VALUES (?, ?, ?, ?, 'queued', ?)",
  );
  const select = database.prepare("SELECT * FROM analysis_jobs WHERE id = ?");
  const running = database.prepare(
    "UPDATE analysis_jobs SET status = 'running', run_id = ?, error_message = NULL, completed_at = NULL " +
      "WHERE id = ? AND status <> 'done' AND worker_id IS NULL",
  );
  const workerOf = database.prepare("SELECT worker_id FROM analysis_jobs WHERE id = ?");
  const done = database.prepare(
    "UPDATE analysis_jobs SET status = 'done', result = ?, result_path = ?, error_message = NULL, completed_at = ? WHERE id = ?",
  );
  const failed = database.prepare(
    "UPDATE analysis_jobs SET status = 'error', error_message = ?, completed_at = ? WHERE id = ? AND status <> 'done'",
  );
  const count = database.prepare(
    "INSERT INTO step_runs (job_id, step, executions) VALUES (?, ?, 1) " +
      "ON CONFLICT (job_id, step) DO UPDATE SET executions = executions + 1",
  );
  const steps = database.prepare("SELECT step, executions FROM step_runs WHERE job_id = ? ORDER BY rowid");
  return {
    create: ({ id, userId, repoId, maxCommits }) => {
      insert.run(id, userId, repoId, maxCommits, isoNow());
    },
    find: (id) => {
      const row = select.get(id) as JobRow | undefined;
      return row === undefined ? null : toJob(row);
    },
    markRunning: (id, runId) => {
      running.run(runId, id);
      return (workerOf.get(id) as { worker_id: string | null } | undefined)?.worker_id === null;
    },
    markDone: (id, result, resultPath) => {
      done.run(JSON.stringify(result), resultPath, isoNow(), id);
    },
    markError: (id, message) => {
      failed.run(message, isoNow(), id);
    },
    countStep: (id, step) => {
      count.run(id, step);
    },
    listSteps: (id) => (steps.all(id) as StepRun[]).map(({ step, executions }) => ({ step, executions })),
    commitCache: (repoId) => createCommitCache(database, repoId),
  };
}

function createCommitCache(database: Database, repoId: string): CommitCache {
  const select = database.prepare("SELECT commit_json FROM commit_cache WHERE repo_id = ? AND sha = ?");
  const insert = database.prepare("INSERT OR REPLACE INTO commit_cache (repo_id, sha, commit_json) VALUES (?, ?, ?)");
  return {
    get: (sha) => {
      const row = select.get(repoId, sha) as { commit_json: string } | undefined;
      return row === undefined ? null : (JSON.parse(row.commit_json) as Commit);
    },
    set: (commit) => {
      insert.run(repoId, commit.sha, JSON.stringify(commit));
    },
  };
}

function toJob(row: JobRow): Job {
  return {
    id: row.id,
    userId: row.user_id,
    repoId: row.repo_id,
    maxCommits: row.max_commits,
    status: row.status,
    runId: row.run_id,
    resultPath: row.result_path,
    result: row.result === null ? null : (JSON.parse(row.result) as AnalysisResult),
    errorMessage: row.error_message,
    createdAt: row.created_at,
    completedAt: row.completed_at,
    workerId: row.worker_id,
  };
}
