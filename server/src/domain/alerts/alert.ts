/** An alert: a rule's condition that held, from when to when, and who was told. What the history is made of. */
import type { ConditionKind } from "./condition.ts";
import type { Severity } from "./rule.ts";

/** Why an alert is over. */
export type AlertEnd = "over" | "rule-disabled" | "rule-removed";

/** `superseded`: what came later said it as well. */
export type NoticeState = "waiting" | "sent" | "failed" | "superseded";
export type NoticeKind = "began" | "repeated" | "ended";

/** What one channel is told once. */
export interface AlertNotice {
  /** A ULID: the same for every try. */
  id: string;
  kind: NoticeKind;
  channelId: string;
  /** As it was called then. */
  channelName: string;
  /** Milliseconds since 1970, as all times below. */
  at: number;
  state: NoticeState;
  /** Tries that have begun. */
  tries: number;
  /** When it is tried next, or taken for lost when it is being tried; null when nothing more is done. */
  nextAt: number | null;
  sentAt: number | null;
  /** What went wrong last; null for nothing. */
  error: string | null;
}

export interface AlertRecord {
  /** A ULID. */
  id: string;
  ruleId: string;
  /** The rule as it was then. */
  ruleName: string;
  kind: ConditionKind;
  severity: Severity;
  /** What of the rule's many it is about: the name of an app; "" for a rule that is about one thing. */
  subject: string;
  startedAt: number;
  /** Null while it goes on. */
  endedAt: number | null;
  end: AlertEnd | null;
  /** In the unit of its kind, when it began; null for what has none. */
  value: number | null;
  /** The same, when it was looked at last: when it ended, or when it was told again. */
  lastValue: number | null;
  threshold: number | null;
  /** A sentence: what is the case. As of the last look, as `lastValue`. */
  text: string;
  notices: readonly AlertNotice[];
  /** When something is to be sent; null for nothing. */
  dueAt: number | null;
  /** Grows with every change: who changes an alert says which one they have seen. */
  version: number;
}
