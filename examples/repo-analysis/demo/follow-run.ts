/**
 * Watches one run and prints every step as it finishes. Called by `demo.ts`.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { AnalysisResult } from "../src/analysis-result.ts";
import type { JobStatus, StepRun } from "../src/jobs.ts";
import { request } from "./http.ts";
import type { Stage } from "./stage.ts";
import { createStepLog } from "./step-log.ts";

/** As `GET /api/analysis/:jobId` shows it. */
export interface JobView {
  status: JobStatus;
  runId: string | null;
  result: AnalysisResult | null;
  resultPath: string | null;
  errorMessage: string | null;
  steps: StepRun[];
}

export interface FollowOptions {
  jobId: string;
  /** Milliseconds since 1970. */
  deadline: number;
  print: (line: string) => void;
  /** Called after each look, with the names of the steps that the engine has as finished. */
  onLook: (job: JobView, finished: readonly string[]) => Promise<void>;
}

const POLL_MS = 60;

/**
 * @returns the finished job, its run's id, and when the run ended (milliseconds since 1970).
 * @throws Error when the run fails, is cancelled, a process ends, or the deadline passes.
 */
export async function followRun(
  stage: Stage,
  options: FollowOptions,
): Promise<{ job: JobView; runId: string; endedAtMs: number }> {
  const steps = createStepLog(stage, options.print);
  for (;;) {
    stage.assertRunning();
    const job = (await request("GET", `${stage.appUrl}/api/analysis/${options.jobId}`))?.body as
      | JobView
      | null
      | undefined;
    if (job?.runId != null) {
      const run = await readRun(stage, job.runId);
      const finished = await steps.update(job.runId, JSON.stringify([run.status, job.steps]));
      if (run.status === "completed" && job.status === "done") return { job, runId: job.runId, endedAtMs: Date.now() };
      if (run.status === "failed" || run.status === "cancelled") {
        throw new Error(`Run ${job.runId} ${run.status}: ${job.errorMessage ?? run.output}`);
      }
      await options.onLook(job, finished);
    }
    if (Date.now() > options.deadline) {
      throw new Error(
        `Timed out while waiting for the run; the job is ${job?.status ?? "unknown"}. A longer time: --timeout SECONDS.`,
      );
    }
    await wait(POLL_MS);
  }
}

async function readRun(stage: Stage, runId: string): Promise<{ status: string; output: string }> {
  const answer = await request("GET", `${stage.engineUrl}/v1/runs/${runId}`);
  const run = (answer?.body as { data?: { status?: string; output?: unknown } } | null | undefined)?.data;
  return { status: (run?.status ?? "unknown").toLowerCase(), output: JSON.stringify(run?.output ?? null) };
}
