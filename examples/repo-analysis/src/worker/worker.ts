/**
 * The fallback worker: works jobs off the table that no engine was told of, because none could be reached. It polls, runs the five
 * steps one after the other, and keeps nothing between them: what fails once has failed, and a job in the middle of which it dies
 * is over. Called by worker-main and tests.
 */
import { type AnalyzeRepoDependencies, analyzeInSteps } from "../analyze-in-steps.ts";
import type { JobClaims } from "../job-claims.ts";

export interface WorkerOptions {
  claims: JobClaims;
  dependencies: AnalyzeRepoDependencies;
  /** Of this worker, the same after a restart. */
  workerId: string;
  log: (line: string) => void;
}

export interface Worker {
  /** Ends jobs that this worker was in the middle of when it died. @returns how many. */
  recover(): number;
  /** Works one job. @returns false when there is none. */
  workOne(): Promise<boolean>;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function createWorker({ claims, dependencies, workerId, log }: WorkerOptions): Worker {
  return {
    recover: () => claims.failAbandoned(workerId, "The worker stopped in the middle of this job. Start it again."),
    async workOne() {
      const jobId = claims.claim(workerId);
      if (jobId === null) return false;
      log(`working on job ${jobId}`);
      try {
        await analyzeInSteps(dependencies, jobId, {
          by: { worker: workerId },
          run: async <T>(_name: string, work: () => Promise<T>): Promise<Awaited<T>> => await work(),
        });
        log(`job ${jobId} is done`);
      } catch (error) {
        dependencies.jobs.markError(jobId, messageOf(error));
        log(`job ${jobId} has failed: ${messageOf(error)}`);
      }
      return true;
    },
  };
}
