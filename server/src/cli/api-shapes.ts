/** What the engine's API answers with, as far as the commands read it. Moments are RFC 3339 texts. */

export interface RunJson {
  run_id: string;
  /** Null when the function is unknown by now. */
  function_slug: string | null;
  status: "Queued" | "Running" | "Completed" | "Failed" | "Cancelled" | "Skipped";
  /** Why it was cancelled or skipped; null otherwise. */
  reason: string | null;
  /** The run that this one repeats; null for none. */
  original_run_id: string | null;
  event_id: string | null;
  queued_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  output: unknown;
  /** Failed tries at the function's body; only where one run is asked for. */
  failed_attempts?: FailedAttemptJson[];
  /** What is known about it beside its result; only where one run is asked for. */
  metadata?: MetadataJson[];
}

export interface MetadataJson {
  kind: string;
  scope: "run" | "step";
  /** From 0; missing when it is about all attempts. */
  attempt?: number;
  values: Record<string, unknown>;
}

export interface FailedAttemptJson {
  /** From 0. */
  attempt: number;
  started_at: string | null;
  ended_at: string | null;
  error: unknown;
  retry_at: string | null;
}

export interface StepJson {
  id: string;
  name: string;
  op: string;
  status: string;
  attempts: number;
  queued_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  wakes_at: string | null;
  /** When the next try is due; null for a step that waits for none. */
  retry_at: string | null;
  output?: unknown;
  error?: unknown;
  failed_attempts: FailedAttemptJson[];
  /** Missing from an engine that is older. */
  metadata?: MetadataJson[];
}

/** Whether a run has reached its end. */
export const hasEnded = ({ status }: Pick<RunJson, "status">): boolean => status !== "Queued" && status !== "Running";

/** An error's message, whatever form it came in. */
export function errorMessage(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error === "object" && error !== null) {
    const { name, message } = error as { name?: unknown; message?: unknown };
    if (typeof message === "string")
      return typeof name === "string" && name !== "Error" ? `${name}: ${message}` : message;
  }
  return JSON.stringify(error) ?? "unknown error";
}
