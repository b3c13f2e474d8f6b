/** What `/v2` answers about alerts, as types. Re-exported by ../answers. Must import nothing. */

export type AlertConditionName =
  | "kill-switch"
  | "no-success"
  | "success-rate"
  | "failure-rate"
  | "dead-letters"
  | "run-time"
  | "queue-age"
  | "app-unreachable"
  | "disk";
export type AlertSeverity = "info" | "warning" | "critical";
export type AlertThresholdUnit = "percent" | "count" | "milliseconds";

/** A number that a condition takes. */
export interface AlertSettingAnswer {
  default: number;
  min: number;
  max: number;
}

/** One of `conditions` of `/v2/alerts/conditions`: what can be watched, and which settings it takes. */
export interface AlertConditionAnswer {
  condition: AlertConditionName;
  title: string;
  /** When it holds. */
  says: string;
  function: "required" | "optional" | "none";
  app: "optional" | "none";
  threshold: (AlertSettingAnswer & { unit: AlertThresholdUnit }) | null;
  windowMs: AlertSettingAnswer | null;
  minRuns: AlertSettingAnswer | null;
}

/** A rule that only needs to be switched on, and to be told its function where one is needed. */
export interface ReadyAlertRuleAnswer {
  id: string;
  title: string;
  condition: AlertConditionName;
  windowMs: number | null;
  needsFunction: boolean;
}

/** `/v2/alerts/conditions` */
export interface AlertConditionsAnswer {
  conditions: AlertConditionAnswer[];
  ready: ReadyAlertRuleAnswer[];
}

/** One of `/v2/alerts/rules`. */
export interface AlertRuleAnswer {
  id: string;
  name: string;
  condition: AlertConditionName;
  /** Its id, <app>-<function>; null: all functions. */
  function: string | null;
  /** Null: all apps. */
  app: string | null;
  /** In the unit of the condition. */
  threshold: number | null;
  windowMs: number | null;
  minRuns: number | null;
  severity: AlertSeverity;
  channels: { id: string; name: string }[];
  enabled: boolean;
  /** Null: it is told once. */
  repeatMs: number | null;
  /** Whether an alert of it goes on. */
  isActive: boolean;
  createdAt: string;
  createdBy: string;
}

/** One of `/v2/alerts/channels`. Nothing in it is secret. */
export interface AlertChannelAnswer {
  id: string;
  name: string;
  kind: "webhook" | "slack" | "email";
  /** Where it leads, for people: without a path that may be secret. */
  to: string;
  /** Of mail; null for the others. */
  email: {
    host: string;
    port: number;
    tls: "starttls" | "implicit" | "none";
    user: string | null;
    from: string;
    to: string[];
  } | null;
  createdAt: string;
  createdBy: string;
}

/** What makes a channel answers. */
export interface MadeAlertChannelAnswer extends AlertChannelAnswer {
  /** What a webhook's requests are signed with, shown this once; null for the other kinds. */
  secret: string | null;
}

/** `POST /v2/alerts/channels/:id/test` */
export interface AlertChannelTestAnswer {
  ok: boolean;
  /** What went wrong; null for nothing. */
  error: string | null;
  tookMs: number;
}

/** What one channel was told, or is to be told. */
export interface AlertNoticeAnswer {
  kind: "began" | "repeated" | "ended";
  channel: { id: string; name: string };
  at: string;
  state: "waiting" | "sent" | "failed" | "superseded";
  tries: number;
  nextAt: string | null;
  sentAt: string | null;
  error: string | null;
}

/** One of `/v2/alerts` and of `/v2/alerts/history`. */
export interface AlertAnswer {
  id: string;
  rule: { id: string; name: string };
  condition: AlertConditionName;
  severity: AlertSeverity;
  /** The app that it is about, where a rule is about several; null for a rule that is about one thing. */
  subject: string | null;
  /** What is the case, as it was seen last when somebody was told. */
  text: string;
  startedAt: string;
  /** Null while it goes on. */
  endedAt: string | null;
  end: "over" | "rule-disabled" | "rule-removed" | null;
  /** In the unit of its condition: when it began, and when somebody was told last. */
  value: number | null;
  lastValue: number | null;
  /** What the value was held against. */
  threshold: number | null;
  notices: AlertNoticeAnswer[];
}
