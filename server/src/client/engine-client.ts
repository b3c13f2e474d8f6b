/** What can be asked of an engine through the client, by noun. Types only. Each call rejects with EngineApiError when the engine refuses it. */
import type {
  AlertAnswer,
  AlertChannelAnswer,
  AlertChannelTestAnswer,
  AlertConditionsAnswer,
  AlertRuleAnswer,
  AppAddressAnswer,
  AppAnswer,
  BulkJobAnswer,
  ChangeAnswer,
  DeadLetterAnswer,
  DeadLetterGroupsAnswer,
  EngineAnswer,
  EventAnswer,
  FunctionAnswer,
  InvokedAnswer,
  LimitOverrideAnswer,
  LogAnswer,
  MadeAlertChannelAnswer,
  MetricsAnswer,
  OverviewAnswer,
  PauseAnswer,
  QueueAnswer,
  RunActionName,
  RunActionsAnswer,
  RunAnswer,
  ScheduleAnswer,
  SentAnswer,
  SpanAnswer,
  StartedAnswer,
  StepAnswer,
  StorageAnswer,
  StoredEventAnswer,
  WhyAnswer,
} from "../api/answers.ts";
import type { CallOptions } from "./request.ts";
import type {
  AlertChannelChange,
  AlertFilter,
  BulkFilter,
  DeadLetterFilter,
  EventFilter,
  LimitRequest,
  LimitTargetRequest,
  LogFilter,
  MetricsFilter,
  NewAlertChannel,
  NewAlertRule,
  NewEvent,
  NewSchedule,
  Page,
  PauseRequest,
  RerunFrom,
  RunChange,
  RunFilter,
  StreamOptions,
  Target,
} from "./requests.ts";

/** A list that comes in pages. */
export interface Listing<Entry, Filter> {
  /** One page. */
  list(filter?: Filter, options?: CallOptions): Promise<Page<Entry>>;
  /** All entries, page by page as they are read. */
  all(filter?: Filter, options?: CallOptions): AsyncGenerator<Entry, void, void>;
}

export interface RunsClient extends Listing<RunAnswer, RunFilter> {
  get(id: string, options?: CallOptions): Promise<RunAnswer>;
  trace(id: string, options?: CallOptions & { includeOutput?: boolean }): Promise<SpanAnswer>;
  why(id: string, options?: CallOptions): Promise<WhyAnswer>;
  /** `stepId`: its hash, as the trace has it. */
  step(id: string, stepId: string, options?: CallOptions): Promise<StepAnswer>;
  /** A page of its log. Ask again with its cursor for what has come since. */
  logs(id: string, filter?: LogFilter, options?: CallOptions): Promise<Page<LogAnswer>>;
  cancel(id: string, options?: CallOptions): Promise<StartedAnswer>;
  rerun(id: string, fromStep?: RerunFrom, options?: CallOptions): Promise<StartedAnswer>;
  /** One thing done to up to 1,000 runs; the answer says of each how it went. */
  act(action: RunActionName, runIds: readonly string[], options?: CallOptions): Promise<RunActionsAnswer>;
  /** What becomes of it, until it has ended. A connection that is lost is taken up where it was. */
  stream(id: string, options?: StreamOptions): AsyncGenerator<RunChange, void, void>;
}

export interface EventsClient extends Listing<EventAnswer, EventFilter> {
  send(event: NewEvent, options?: CallOptions): Promise<SentAnswer>;
  get(id: string, options?: CallOptions): Promise<StoredEventAnswer>;
  /** The runs that it started. */
  runs(id: string, options?: CallOptions): Promise<RunAnswer[]>;
}

export interface FunctionsClient {
  list(options?: CallOptions): Promise<FunctionAnswer[]>;
  get(id: string, options?: CallOptions): Promise<FunctionAnswer>;
  /** With an idempotency key that has started it within 24 hours it rejects, with status 409. */
  invoke(
    id: string,
    body?: { data?: Record<string, unknown>; idempotencyKey?: string },
    options?: CallOptions,
  ): Promise<InvokedAnswer>;
}

export interface DeadLettersClient extends Listing<DeadLetterAnswer, DeadLetterFilter> {
  groups(options?: CallOptions): Promise<DeadLetterGroupsAnswer>;
  get(id: string, options?: CallOptions): Promise<DeadLetterAnswer>;
  /** `data` replaces that of its event. */
  retry(id: string, body?: { data?: Record<string, unknown> }, options?: CallOptions): Promise<StartedAnswer>;
  drop(id: string, options?: CallOptions): Promise<StartedAnswer>;
  retryAll(filter?: BulkFilter, options?: CallOptions): Promise<BulkJobAnswer>;
  dropAll(filter?: BulkFilter, options?: CallOptions): Promise<BulkJobAnswer>;
}

export interface BulkJobsClient {
  list(options?: CallOptions): Promise<BulkJobAnswer[]>;
  get(id: string, options?: CallOptions): Promise<BulkJobAnswer>;
  stop(id: string, options?: CallOptions): Promise<{ id: string }>;
  /** Ends all runs that a filter finds. */
  cancel(filter: BulkFilter, options?: CallOptions): Promise<BulkJobAnswer>;
  /** Starts all of them again. */
  rerun(filter: BulkFilter & { status?: string | string[] }, options?: CallOptions): Promise<BulkJobAnswer>;
}

export interface SchedulesClient {
  list(options?: CallOptions): Promise<ScheduleAnswer[]>;
  create(schedule: NewSchedule, options?: CallOptions): Promise<ScheduleAnswer>;
  get(id: string, options?: CallOptions): Promise<ScheduleAnswer>;
  pause(id: string, options?: CallOptions): Promise<ScheduleAnswer>;
  resume(id: string, options?: CallOptions): Promise<ScheduleAnswer>;
  remove(id: string, options?: CallOptions): Promise<{ id: string }>;
}

export interface AlertRulesClient {
  list(options?: CallOptions): Promise<AlertRuleAnswer[]>;
  create(rule: NewAlertRule, options?: CallOptions): Promise<AlertRuleAnswer>;
  get(id: string, options?: CallOptions): Promise<AlertRuleAnswer>;
  change(id: string, change: Partial<NewAlertRule>, options?: CallOptions): Promise<AlertRuleAnswer>;
  enable(id: string, options?: CallOptions): Promise<AlertRuleAnswer>;
  disable(id: string, options?: CallOptions): Promise<AlertRuleAnswer>;
  remove(id: string, options?: CallOptions): Promise<{ id: string }>;
}

export interface AlertChannelsClient {
  list(options?: CallOptions): Promise<AlertChannelAnswer[]>;
  /** The answer has a webhook's secret, this once. */
  create(channel: NewAlertChannel, options?: CallOptions): Promise<MadeAlertChannelAnswer>;
  get(id: string, options?: CallOptions): Promise<AlertChannelAnswer>;
  change(id: string, change: AlertChannelChange, options?: CallOptions): Promise<AlertChannelAnswer>;
  /** Sends a test; the answer says how that went. */
  test(id: string, options?: CallOptions): Promise<AlertChannelTestAnswer>;
  /** Rejects, with status 409, while a rule tells it. */
  remove(id: string, options?: CallOptions): Promise<{ id: string }>;
}

export interface AlertsClient {
  /** Those that go on. */
  active(options?: CallOptions): Promise<AlertAnswer[]>;
  /** All of them, newest first. */
  history: Listing<AlertAnswer, AlertFilter>;
  /** What can be watched. */
  conditions(options?: CallOptions): Promise<AlertConditionsAnswer>;
  rules: AlertRulesClient;
  channels: AlertChannelsClient;
}

export interface PausesClient {
  list(options?: CallOptions): Promise<PauseAnswer[]>;
  create(pause: PauseRequest, options?: CallOptions): Promise<PauseAnswer>;
  /** `resumed`: whether there was such a pause. */
  resume(target: Target, options?: CallOptions): Promise<{ resumed: boolean }>;
}

export interface LimitOverridesClient {
  list(options?: CallOptions): Promise<LimitOverrideAnswer[]>;
  /** In the place of one that was set before. */
  set(limit: LimitRequest, options?: CallOptions): Promise<LimitOverrideAnswer>;
  /** Those that are as the code has them again. */
  reset(target: LimitTargetRequest, options?: CallOptions): Promise<LimitOverrideAnswer[]>;
}

/** What has changed, or that the reader has missed something and must read everything anew. */
export type Change = ({ kind: "change" } & ChangeAnswer) | { kind: "reset" };

export interface EngineClient {
  alerts: AlertsClient;
  runs: RunsClient;
  events: EventsClient;
  functions: FunctionsClient;
  deadLetters: DeadLettersClient;
  bulkJobs: BulkJobsClient;
  schedules: SchedulesClient;
  pauses: PausesClient;
  limitOverrides: LimitOverridesClient;
  apps(options?: CallOptions): Promise<AppAnswer[]>;
  appAddresses(options?: CallOptions): Promise<AppAddressAnswer[]>;
  queue(options?: CallOptions): Promise<QueueAnswer>;
  overview(options?: CallOptions): Promise<OverviewAnswer>;
  metrics(filter?: MetricsFilter, options?: CallOptions): Promise<MetricsAnswer>;
  storage(options?: CallOptions): Promise<StorageAnswer>;
  engine(options?: CallOptions): Promise<EngineAnswer>;
  /** Names what changes, for as long as `signal` lets it. */
  stream(options?: StreamOptions): AsyncGenerator<Change, void, void>;
}
