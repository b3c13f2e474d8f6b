/** What the client's calls take. Types only. */
import type {
  AlertConditionName,
  AlertSeverity,
  LimitControlName,
  LogAnswer,
  PauseAnswer,
  RunAnswer,
  RunStatusName,
  SpanAnswer,
} from "../api/answers.ts";
import type { CallOptions } from "./request.ts";

export interface StreamOptions extends CallOptions {
  /** Called each time when the connection is lost, before it is taken up again. */
  onLost?: () => void;
}

/** A time: RFC 3339, milliseconds since 1970, or a Date. */
export type Moment = string | number | Date;

export interface Page<Entry> {
  data: Entry[];
  /** `cursor`: where the next page begins; null at the end. */
  page: {
    cursor: string | null;
    hasMore: boolean;
    limit: number;
    /** Entries of the whole list that were not kept; missing where that cannot be. */
    leftOut?: number;
  };
}

export interface PageRequest {
  cursor?: string;
  /** 1 to 100. Default: 20. */
  limit?: number;
}

export interface RunFilter extends PageRequest {
  status?: RunStatusName | RunStatusName[];
  appId?: string | string[];
  functionId?: string | string[];
  from?: Moment;
  until?: Moment;
  /** What `from` and `until` are about. Default: `queuedAt`. */
  timeField?: "queuedAt" | "startedAt" | "endedAt";
  /** CEL over `event`, `output` and `error`. */
  query?: string;
  order?: "desc" | "asc";
  includeOutput?: boolean;
}

export interface DeadLetterFilter extends PageRequest {
  appId?: string | string[];
  functionId?: string | string[];
  from?: Moment;
  until?: Moment;
  order?: "desc" | "asc";
}

export interface EventFilter extends PageRequest {
  name?: string;
  from?: Moment;
  until?: Moment;
  /** Whether those of the engine itself come along. Default: true. */
  internal?: boolean;
}

export interface LogFilter {
  /** Number of the line after which it goes on. */
  cursor?: string | number;
  /** 1 to 1,000. Default: 100. */
  limit?: number;
  /** This one and what is louder. */
  level?: LogAnswer["level"];
  stepId?: string;
}

export interface MetricsFilter {
  function?: string;
  app?: string;
  from?: Moment;
  to?: Moment;
  bucket?: "minute" | "hour" | "day";
}

export interface NewEvent {
  name: string;
  data?: Record<string, unknown>;
  /** Seen again within 24 hours, it starts nothing. */
  id?: string;
  /** Milliseconds since 1970. */
  ts?: number;
  v?: string;
}

export interface RerunFrom {
  stepId: string;
  /** Arguments that its function is called with instead. */
  input?: unknown[];
  /** Its result: then it is not run. */
  output?: unknown;
}

/** Which runs a bulk job is about. */
export interface BulkFilter {
  appId?: string | string[];
  functionId?: string | string[];
  from?: string | number;
  until?: string | number;
  /** CEL over `event` and `output`. */
  if?: string;
  /** Why, for people. */
  reason?: string;
}

export interface NewSchedule {
  cron: string;
  /** This or `event`. */
  function?: string;
  event?: string;
  data?: Record<string, unknown>;
  name?: string;
  /** Such as "30s". */
  jitter?: string;
  missed?: "skip" | "one" | "all";
}

/** What is watched, and who is told. What is left out is as docs/alerts.md says; of a change, it stays as it is. */
export interface NewAlertRule {
  condition: AlertConditionName;
  name?: string;
  /** Its id, <app>-<function>. */
  function?: string | null;
  app?: string | null;
  threshold?: number | null;
  windowMs?: number | null;
  minRuns?: number | null;
  severity?: AlertSeverity;
  /** Names or ids of channels. */
  channels?: readonly string[];
  enabled?: boolean;
  repeatMs?: number | null;
}

export type NewAlertChannel =
  /** Without a secret it is given one. */
  | { name: string; kind: "webhook"; url: string; secret?: string }
  | { name: string; kind: "slack"; url: string }
  | {
      name: string;
      kind: "email";
      host: string;
      port?: number;
      tls?: "starttls" | "implicit" | "none";
      user?: string | null;
      password?: string | null;
      from: string;
      to: readonly string[];
    };

/** What is left out stays, secrets too. */
export type AlertChannelChange = Partial<{
  name: string;
  url: string;
  secret: string;
  host: string;
  port: number;
  tls: "starttls" | "implicit" | "none";
  user: string | null;
  password: string | null;
  from: string;
  to: readonly string[];
}>;

export interface AlertFilter extends PageRequest {
  /** Id of a rule. */
  rule?: string;
}

/** What is paused. */
export interface Target {
  scope: PauseAnswer["scope"];
  target?: string;
}

export interface PauseRequest extends Target {
  reason: string;
  author: string;
  arriving?: PauseAnswer["arriving"];
  running?: "finish" | "cancel";
}

export interface LimitTargetRequest {
  /** Id of the function. */
  function: string;
  /** Default: all limits of the function. */
  control?: LimitControlName;
  /** Which of several concurrency limits. */
  key?: string;
}

export interface LimitRequest extends LimitTargetRequest {
  control: LimitControlName;
  /** Of concurrency, 0 is no limit. */
  limit: number;
  /** Such as `1m`. Default: as it is. */
  period?: string;
  /** Of a throttle. Default: as it is. */
  burst?: number;
  reason: string;
  author: string;
}

/** What becomes of a run. */
export type RunChange =
  | { event: "run"; data: RunAnswer; id: string }
  | { event: "step"; data: SpanAnswer; id: string }
  | { event: "log"; data: LogAnswer; id: string }
  | { event: "end"; data: { status: RunStatusName }; id: string };
