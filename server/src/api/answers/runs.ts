/** What `/v2` answers about runs, as types. Re-exported by ../answers. Must import nothing but types beside it. */

export interface FunctionName {
  id: string;
  /** Null for a function that nothing serves any more. */
  name: string | null;
}

/** What something failed with, in a line. */
export interface ErrorLineAnswer {
  name: string;
  message: string;
}

/** An error as apps send it; what is not known is missing. */
export interface ErrorAnswer {
  name?: string;
  message?: string;
  stack?: string;
  cause?: unknown;
}

export type RunStatusName = "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED" | "SKIPPED";

/** One of `/v2/runs`. */
export interface RunAnswer {
  id: string;
  function: FunctionName;
  app: { id: string | null };
  status: RunStatusName;
  queuedAt: string;
  startedAt: string | null;
  endedAt: string | null;
  /** Why it was cancelled or skipped; null otherwise. */
  reason: string | null;
  /** The run that this one repeats; null for none. */
  originalRunId: string | null;
  /** The step that waits for its result; null for none. */
  parent: { runId: string; stepId: string } | null;
  /** Of a failed run. */
  error: ErrorLineAnswer | null;
  trigger: { eventIds: string[]; isBatch: boolean; cron: string | null };
  /** Of one run, and of a list that was asked for with `includeOutput=true`. Null until it ends. */
  output?: unknown;
}

export type RunWaitKind =
  | "calling"
  | "paused"
  | "not-synced"
  | "concurrency"
  | "throttle"
  | "retry"
  | "unreachable"
  | "suspect"
  | "delayed"
  | "turn"
  | "sleep"
  | "event"
  | "signal"
  | "invoke";

/** What a run waits for. Times in it are milliseconds since 1970; what each kind has is in docs/operations.md. */
export interface RunWaitAnswer {
  kind: RunWaitKind;
  /** The same, for people. */
  sentence: string;
  step?: string | null;
  since?: number;
  until?: number | null;
  at?: number;
  attempt?: number;
  maxAttempts?: number;
  error?: string | null;
  runId?: string | null;
  runIds?: string[];
  event?: string;
  condition?: string | null;
  signal?: string;
  function?: string;
  functionId?: string;
  label?: string;
  limit?: number;
  used?: number;
  /** Who has set the limit over that of the code; null: nobody. */
  setBy?: { author: string; reason: string; since: number } | null;
  scope?: string;
  author?: string;
  reason?: string;
  tries?: number;
  crashes?: number;
  before?: number;
  otherLanes?: number;
}

/** One of `/v2/run-states`. */
export interface RunStateAnswer extends RunAnswer {
  waits: RunWaitAnswer[];
}

/** `/v2/runs/:id/why` */
export interface WhyAnswer {
  runId: string;
  status: RunStatusName;
  waits: RunWaitAnswer[];
}

/** What is known about a run or a step beside its result. */
export interface MetadataAnswer {
  kind: string;
  scope: "run" | "step";
  /** From 0; missing when it is about all attempts. */
  attempt?: number;
  values: Record<string, unknown>;
}

/** A span of `/v2/runs/:id/trace`: the run, a step or an attempt. */
export interface SpanAnswer {
  id: string;
  name: string;
  status: string;
  /** Null for the run and for attempts at its function's body. */
  stepId: string | null;
  stepOp?: string;
  attempts?: number;
  queuedAt: string;
  startedAt: string | null;
  endedAt: string | null;
  durationMs: number | null;
  wakesAt?: string | null;
  retryAt?: string | null;
  error?: ErrorAnswer;
  output?: unknown;
  /** Entries as in `MetadataAnswer`; the first of a step may be what the step is about, which has no kind. */
  metadata?: Record<string, unknown>[];
  children: SpanAnswer[];
}

/** `/v2/runs/:id/steps/:step` */
export interface StepAnswer {
  id: string;
  name: string;
  op: string;
  status: string;
  attempts: number;
  queuedAt: string;
  startedAt: string | null;
  endedAt: string | null;
  wakesAt: string | null;
  retryAt: string | null;
  detail?: Record<string, unknown>;
  output?: unknown;
  error?: ErrorAnswer;
  failedAttempts: {
    /** From 0. */
    attempt: number;
    startedAt: string;
    endedAt: string;
    retryAt: string | null;
    error: ErrorAnswer;
  }[];
  metadata: MetadataAnswer[];
}

/** A line of `/v2/runs/:id/logs`. */
export interface LogAnswer {
  number: number;
  /** Null for a time that is none. */
  at: string | null;
  level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
  text: string;
  fields: Record<string, unknown> | null;
  stepId: string | null;
  stepName: string | null;
  /** From 0. */
  attempt: number;
}

/** What a run was started as. */
export interface StartedAnswer {
  runId: string;
}

/** Of `POST …/invoke`. `repeated`: an idempotency key had started it before. */
export interface InvokedAnswer {
  runId: string;
  outcome: string;
}

export type RunActionName = "cancel" | "rerun" | "retry" | "drop";

/** `POST /v2/run-actions` */
export interface RunActionsAnswer {
  action: RunActionName;
  done: number;
  results: {
    runId: string;
    isDone: boolean;
    startedRunId: string | null;
    error?: { code: string; message: string };
  }[];
}
