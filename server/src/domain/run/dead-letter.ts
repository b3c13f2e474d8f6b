/**
 * Dead letters: runs that failed for good and that nobody has dealt with yet.
 */

export interface DeadLetterRecord {
  runId: string;
  functionId: string;
  /** Milliseconds since 1970. */
  failedAt: number;
  /** What the run failed with, as JSON text of a SerializedError. */
  error: string;
}
