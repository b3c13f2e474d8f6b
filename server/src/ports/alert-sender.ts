/**
 * The way to the channels of alerts. Implemented by the folder `alerts`; core says what is told, and when it is tried again. What a
 * channel holds is secret: nothing of it may be logged or stand in an error.
 */
import type { NoticeKind } from "../domain/alerts/alert.ts";
import type { AlertChannel } from "../domain/alerts/channel.ts";
import type { ConditionKind } from "../domain/alerts/condition.ts";
import type { Severity } from "../domain/alerts/rule.ts";

/** What a channel is told. */
export interface AlertMessage {
  /** The same for every try. */
  id: string;
  kind: NoticeKind | "test";
  /** Milliseconds since 1970: when it is sent. */
  at: number;
  alertId: string;
  rule: { id: string; name: string };
  condition: ConditionKind;
  severity: Severity;
  subject: string;
  /** A sentence: what is, or was, the case. */
  text: string;
  value: number | null;
  threshold: number | null;
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt: number | null;
}

export interface AlertSender {
  /**
   * Resolves once the channel has taken it, and gives up after some seconds by itself.
   * @throws Error with what went wrong, for people: what the other side said, never what the channel holds
   */
  send(channel: AlertChannel, message: AlertMessage, signal: AbortSignal): Promise<void>;
}

/** For an engine that can reach no channel. */
export const noAlertSender: AlertSender = {
  send: () => Promise.reject(new Error("This engine was made without a way to send alerts.")),
};
