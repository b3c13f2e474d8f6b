/** Runs as the API gives them, and what can be done with them. */
import { ask, type Page, request, seg, toQuery } from "./request.ts";

export const runStatuses = ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "SKIPPED"] as const;
export type RunStatus = (typeof runStatuses)[number];

export interface ErrorLine {
  name: string;
  message: string;
}

export interface Run {
  id: string;
  function: { id: string; name: string | null };
  app: { id: string | null };
  status: RunStatus;
  queuedAt: string;
  startedAt: string | null;
  endedAt: string | null;
  reason: string | null;
  originalRunId: string | null;
  parent: { runId: string; stepId: string } | null;
  error: ErrorLine | null;
  trigger: { eventIds: string[]; isBatch: boolean; cron: string | null };
  output?: unknown;
}

/** Times in it are milliseconds since 1970. What each kind has besides is in docs/operations.md. */
export interface RunWait {
  kind: string;
  sentence: string;
  step?: string | null;
  until?: number | null;
  at?: number;
  attempt?: number;
  maxAttempts?: number;
  error?: string | null;
  runId?: string | null;
  runIds?: string[];
  event?: string;
  signal?: string;
  function?: string;
  label?: string;
  limit?: number;
  used?: number;
}

export interface RunState extends Run {
  waits: RunWait[];
}

export interface SerializedError {
  name?: string;
  message?: string;
  stack?: string;
  cause?: unknown;
}

export interface Span {
  id: string;
  name: string;
  status: string;
  stepId: string | null;
  stepOp?: string;
  attempts?: number;
  queuedAt: string;
  startedAt: string | null;
  endedAt: string | null;
  durationMs: number | null;
  wakesAt?: string | null;
  retryAt?: string | null;
  error?: SerializedError;
  metadata?: Record<string, unknown>[];
  children: Span[];
}

export interface StepDetail {
  id: string;
  name: string;
  op: string;
  status: string;
  attempts: number;
  detail?: Record<string, unknown>;
  output?: unknown;
  error?: SerializedError;
  failedAttempts: {
    attempt: number;
    startedAt: string;
    endedAt: string;
    retryAt: string | null;
    error: SerializedError;
  }[];
  metadata: { kind: string; scope: string; values: Record<string, unknown> }[];
}

export interface RunFilter {
  status: string[];
  functionId: string[];
  appId: string[];
  from?: string | undefined;
  until?: string | undefined;
  query?: string | undefined;
}

export const listRuns = (
  filter: RunFilter,
  cursor: string | null,
  limit = 50,
  signal?: AbortSignal,
): Promise<Page<Run>> =>
  request(`v2/runs${toQuery({ ...filter, cursor, limit })}`, signal === undefined ? {} : { signal });

export const runStates = (runId: readonly string[]): Promise<RunState[]> => ask(`v2/run-states${toQuery({ runId })}`);
export const getRun = (id: string): Promise<Run> => ask(`v2/runs/${seg(id)}`);
export const getTrace = (id: string): Promise<Span> => ask(`v2/runs/${seg(id)}/trace`);
export const getWaits = async (id: string): Promise<RunWait[]> =>
  (await ask<{ waits: RunWait[] }>(`v2/runs/${seg(id)}/why`)).waits;
export const getStep = (id: string, step: string): Promise<StepDetail> => ask(`v2/runs/${seg(id)}/steps/${seg(step)}`);

export const cancelRun = (id: string): Promise<unknown> => ask(`v2/runs/${seg(id)}/cancel`, { method: "POST" });

export interface FromStep {
  stepId: string;
  input?: unknown[];
  output?: unknown;
}

export const rerun = (id: string, fromStep?: FromStep): Promise<{ runId: string }> =>
  ask(`v2/runs/${seg(id)}/rerun`, { method: "POST", body: fromStep === undefined ? {} : { fromStep } });

export type RunAction = "cancel" | "rerun" | "retry" | "drop";

export interface ActionResult {
  done: number;
  results: { runId: string; isDone: boolean; startedRunId: string | null; error?: { code: string; message: string } }[];
}

export const actOnRuns = (action: RunAction, runIds: readonly string[]): Promise<ActionResult> =>
  ask("v2/run-actions", { method: "POST", body: { action, runIds } });
