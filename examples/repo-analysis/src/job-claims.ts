/**
 * Who works a job of the table: the engine, once it has taken the job's event, or the fallback worker. Never both. Called by the
 * API and by the worker.
 */
import type { Database } from "./database.ts";

export interface JobClaims {
  /** The engine has taken the job's event: no worker may take the job. */
  markDispatched(id: string): void;
  /** The event could not be sent: a worker may take it at once. */
  leaveToWorker(id: string): void;
  /** Takes the oldest job that is left to workers. @returns its id; null for none. */
  claim(workerId: string): string | null;
  /** Ends running jobs of a worker with a message. @returns how many. */
  failAbandoned(workerId: string, message: string): number;
}

/** A job that is neither sent nor left to a worker after this time: the app died between the two. */
const forgottenAfterMs = 60_000;

/** @param now milliseconds since 1970 */
export function createJobClaims(database: Database, now: () => number): JobClaims {
  const dispatched = database.prepare(
    "UPDATE analysis_jobs SET dispatch = 'engine' WHERE id = ? AND worker_id IS NULL",
  );
  const left = database.prepare("UPDATE analysis_jobs SET dispatch = 'worker' WHERE id = ?");
  const take = database.prepare(
    `UPDATE analysis_jobs SET status = 'running', worker_id = ? WHERE id = (
       SELECT id FROM analysis_jobs
       WHERE status = 'queued' AND worker_id IS NULL AND (dispatch = 'worker' OR (dispatch IS NULL AND created_at < ?))
       ORDER BY created_at, id LIMIT 1
     ) RETURNING id`,
  );
  const abandon = database.prepare(
    "UPDATE analysis_jobs SET status = 'error', error_message = ?, completed_at = ? WHERE worker_id = ? AND status = 'running'",
  );
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    markDispatched: (id) => void dispatched.run(id),
    leaveToWorker: (id) => void left.run(id),
    claim: (workerId) => (take.get(workerId, iso(now() - forgottenAfterMs)) as { id: string } | undefined)?.id ?? null,
    failAbandoned: (workerId, message) => Number(abandon.run(message, iso(now()), workerId).changes),
  };
}
