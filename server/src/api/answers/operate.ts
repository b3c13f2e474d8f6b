/** What `/v2` answers about what operators look after, as types. Re-exported by ../answers. Must import nothing but types beside it. */
import type { EventAnswer } from "./events.ts";
import type { ErrorAnswer, ErrorLineAnswer, FunctionName, RunWaitKind } from "./runs.ts";

/** One of `/v2/pauses`. */
export interface PauseAnswer {
  scope: "all" | "app" | "function";
  target: string | null;
  reason: string;
  author: string;
  arriving: "hold" | "skip";
  pausedAt: string;
}

/** One of `/v2/dead-letters`. */
export interface DeadLetterAnswer {
  runId: string;
  function: FunctionName;
  app: { id: string | null };
  failedAt: string;
  isQuarantined: boolean;
  error: ErrorAnswer;
  /** The first of the run; null when it is gone. */
  event: EventAnswer | null;
}

/** One of `/v2/dead-letter-groups`. */
export interface DeadLetterGroupAnswer {
  function: FunctionName;
  error: ErrorLineAnswer;
  count: number;
  firstAt: string;
  lastAt: string;
  /** How many failed in each of the last 24 hours, oldest first. */
  perHour: number[];
  runIds: string[];
}

export interface DeadLetterGroupsAnswer {
  groups: DeadLetterGroupAnswer[];
  /** Dead letters that were looked at. */
  looked: number;
  /** Whether those are all. */
  isAll: boolean;
}

/** `/v2/dead-letter-count` */
export interface CountAnswer {
  count: number;
  /** False when there are more. */
  isAll: boolean;
}

export type BulkKindName = "cancel" | "rerun" | "retry-dead-letters" | "drop-dead-letters";

/** One of `/v2/bulk-jobs`. */
export interface BulkJobAnswer {
  id: string;
  kind: BulkKindName;
  status: "RUNNING" | "COMPLETED" | "STOPPED";
  reason: string | null;
  /** Runs that it was done to so far. */
  matched: number;
  filter: {
    functionId: string[] | null;
    status: string[] | null;
    from: string | null;
    until: string | null;
    if: string | null;
  };
  createdAt: string;
  endedAt: string | null;
}

/** One of `/v2/schedules`. */
export interface ScheduleAnswer {
  id: string;
  name: string;
  cron: string;
  jitterMs: number;
  missed: "skip" | "one" | "all";
  /** What it starts; null when it sends an event. */
  function: string | null;
  event: string | null;
  data: unknown;
  isPaused: boolean;
  pausedAt: string | null;
  /** Null while it is paused. */
  nextAt: string | null;
  createdAt: string;
}

/** One of `/v2/ticks`: the next ticks of one cron of one function. */
export interface TickAnswer {
  function: string;
  cron: string;
  timeZone: string;
  nextAt: string[];
}

/** One row of `/v2/queue`. */
export interface QueueRowAnswer {
  function: FunctionName;
  kind: RunWaitKind;
  /** What holds it, such as the key of a limit; "" for none. */
  label: string;
  count: number;
  oldestAt: string;
  nextAt: string | null;
  sentence: string;
  runIds: string[];
  /** Runs that hold what these wait for. */
  holders: string[];
}

export interface QueueAnswer {
  rows: QueueRowAnswer[];
  /** Open runs that were looked at, oldest first. */
  looked: number;
  isAll: boolean;
}

export type LimitControlName = "concurrency" | "runConcurrency" | "throttle" | "rateLimit";

/** How much a limit lets through. */
export interface LimitValueAnswer {
  /** 0: no limit. */
  limit: number;
  /** Null for concurrency. */
  periodMs: number | null;
  /** Null but for throttles. */
  burst: number | null;
}

/** One of `limits` of a function. */
export interface FunctionLimitAnswer {
  control: LimitControlName;
  /** What it is called as `key` of `/v2/limit-overrides`, where a function has several. */
  entry: string;
  /** Each value of it has a limit of its own; null: one limit for all. */
  key: string | null;
  /** Who shares it; null but for concurrency. */
  scope: "fn" | "env" | "account" | null;
  /** What the code says; null: it has no such limit. */
  code: LimitValueAnswer | null;
  /** What holds now; null: nothing, as the code has no limit of that key any more. */
  now: LimitValueAnswer | null;
  /** Who has set it, and why; null: it is as the code has it. */
  set: { reason: string; author: string; setAt: string } | null;
}

/** One of `/v2/limit-overrides`. */
export interface LimitOverrideAnswer extends LimitValueAnswer {
  function: string;
  control: LimitControlName;
  /** As in {@link FunctionLimitAnswer}. */
  entry: string;
  /** What the code says; null: it has no such limit. */
  code: LimitValueAnswer | null;
  /** False when the function is served no more, or its code has no limit of that key any more. */
  isHeld: boolean;
  reason: string;
  author: string;
  setAt: string;
}
