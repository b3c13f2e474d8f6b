/**
 * Alerts, as the API sees them: rules and channels, what goes on and what was. A part of `Engine`; `create-alerts` makes one.
 *
 * Main file of the room `alerts`. What operators are told of by themselves: rules over the state of the engine, the channels they are
 * told by, and what was told.
 */
import type { AlertRecord } from "../../domain/alerts/alert.ts";
import type { AlertChannel } from "../../domain/alerts/channel.ts";
import type { AlertRule } from "../../domain/alerts/rule.ts";
import type { AlertFilter } from "../../ports/alert-store.ts";

/** How a test of a channel went. */
export interface ChannelTest {
  ok: boolean;
  /** What went wrong, for people; null for nothing. */
  error: string | null;
  /** Milliseconds that it took. */
  tookMs: number;
}

/** Bodies are parsed JSON. Everything is on disk when a promise resolves. */
export interface Alerts {
  /** Oldest first. */
  rules(): Promise<AlertRule[]>;
  /** By id. @throws EngineError `alert_rule_not_found` */
  rule(id: string): Promise<AlertRule>;
  /**
   * `body` is `{ condition, name?, function?, app?, threshold?, windowMs?, minRuns?, severity?, channels?, enabled?, repeatMs? }`; what a
   * condition takes, and what it is by default, stands in domain/alerts/condition. `by`: who, for people.
   * @throws EngineError `invalid_request`, `unknown_function`, `app_not_found`, `alert_channel_not_found`, `name_taken`
   */
  createRule(body: unknown, by: string): Promise<AlertRule>;
  /** What `body` does not name stays. @throws EngineError `alert_rule_not_found`, and as `createRule` */
  changeRule(id: string, body: unknown): Promise<AlertRule>;
  /** @throws EngineError `alert_rule_not_found` */
  removeRule(id: string): Promise<void>;

  /** Oldest first. They hold secrets, which nobody may be shown. */
  channels(): Promise<AlertChannel[]>;
  /** @throws EngineError `alert_channel_not_found` */
  channel(id: string): Promise<AlertChannel>;
  /**
   * `body` is `{ name, kind: "webhook", url, secret? }`, `{ name, kind: "slack", url }` or
   * `{ name, kind: "email", host, port?, tls?, user?, password?, from, to }`. A webhook without a secret is given one.
   * @throws EngineError `invalid_request`, `name_taken`
   */
  createChannel(body: unknown, by: string): Promise<AlertChannel>;
  /** What `body` does not name stays, secrets too. @throws EngineError `alert_channel_not_found`, and as `createChannel` */
  changeChannel(id: string, body: unknown): Promise<AlertChannel>;
  /** @throws EngineError `alert_channel_not_found`, `alert_channel_used` when a rule tells it */
  removeChannel(id: string): Promise<void>;
  /** Sends a message that says that it is a test. @throws EngineError `alert_channel_not_found` */
  testChannel(id: string): Promise<ChannelTest>;

  /** Newest first. */
  list(filter: AlertFilter): Promise<AlertRecord[]>;
  /** By id. @throws EngineError `alert_not_found` */
  alert(id: string): Promise<AlertRecord>;
}
