/** What `/v1` answers, as types. Re-exported by ../answers. Must import nothing but types beside it. */
import type { TriggerAnswer } from "./apps.ts";
import type { MetadataAnswer } from "./runs.ts";

/** A failed try at a step or at a function's body. */
export interface AttemptV1Answer {
  /** From 0. */
  attempt: number;
  started_at: string | null;
  ended_at: string | null;
  retry_at: string | null;
  error: unknown;
}

/** One of `/v1/runs`. Moments are RFC 3339. */
export interface RunV1Answer {
  run_id: string;
  run_started_at: string;
  queued_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  function_id: string;
  /** Null when the function is unknown by now. */
  function_slug: string | null;
  function_version: number;
  environment_id: string;
  event_id: string | null;
  event_ids: string[];
  status: "Queued" | "Running" | "Completed" | "Failed" | "Cancelled" | "Skipped";
  output: unknown;
  /** The run that this one repeats; null for none. */
  original_run_id: string | null;
  /** Why it was cancelled or skipped; null otherwise. */
  reason: string | null;
  cron?: string;
  /** Failed tries at the function's body; only where one run is asked for. */
  failed_attempts?: AttemptV1Answer[];
  /** What is known about it beside its result; only where one run is asked for. */
  metadata?: MetadataAnswer[];
}

/** One of `/v1/runs/:id/steps`. */
export interface StepV1Answer {
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
  detail?: Record<string, unknown>;
  output?: unknown;
  error?: unknown;
  failed_attempts: AttemptV1Answer[];
  metadata: MetadataAnswer[];
}

/** One of `/v1/runs/:id/jobs`. */
export interface JobV1Answer {
  JobID: string;
  at: string | null;
  position: number;
  kind: string;
  attempt: number;
}

/** One of `/v1/events`. */
export interface EventV1Answer {
  internal_id: string;
  account_id: string;
  environment_id: string;
  source: string;
  source_id: null;
  received_at: string;
  id: string;
  name: string;
  data: unknown;
  ts: number;
  v?: string;
  meta?: unknown;
  user?: unknown;
}

/** One of `/v1/apps`. */
export interface AppV1Answer {
  id: string;
  name: string;
  url: string;
  sdk: string;
  framework: string;
  app_version: string | null;
  warnings: string[];
  function_count: number;
  synced_at: string;
  created_at: string;
}

/** One of `/v1/apps/:name/functions`. */
export interface FunctionV1Answer {
  internal_id: string;
  env_id: string;
  app_id: string;
  id: string;
  name: string;
  config: {
    id: string;
    fv: number;
    name: string;
    slug: string;
    triggers: TriggerAnswer[];
    steps: { id: string; name: string; uri: string; retries: number }[];
  };
  created_at: string;
  archived_at: string | null;
}

/** One of `/v1/cancellations`. */
export interface CancellationV1Answer {
  id: string;
  name: string | null;
  kind: string;
  function_id: string | null;
  function_ids: string[] | null;
  started_after: string | null;
  started_before: string | null;
  if: string | null;
  status: string;
  cancelled_count: number;
  queued_at: string;
  ended_at: string | null;
}
