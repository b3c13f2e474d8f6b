/**
 * The part of the store that knows alert rules, channels and alerts. Nothing of it is part of a run, so it is written beside
 * `commit`, each call by itself. What a call has resolved holds for every engine on the state at once. Every implementation passes
 * test/conformance.
 */
import type { AlertRecord } from "../domain/alerts/alert.ts";
import type { AlertChannel } from "../domain/alerts/channel.ts";
import type { AlertRule } from "../domain/alerts/rule.ts";

export interface AlertFilter {
  ruleId?: string;
  /** True: only what goes on; false: only what is over. Default: both. */
  open?: boolean;
  /** Id of an alert; only older ones. */
  cursor?: string;
  /** 1 to 1,000. */
  limit: number;
}

export interface AlertStore {
  /** False: there is a rule of that name, which stays as it is. */
  addRule(rule: AlertRule): Promise<boolean>;
  /** Replaces it. False: there is no such rule. */
  changeRule(rule: AlertRule): Promise<boolean>;
  /** False: there is no such rule. What it has come to stays. */
  removeRule(id: string): Promise<boolean>;
  getRule(id: string): Promise<AlertRule | null>;
  /** Oldest first. */
  listRules(): Promise<AlertRule[]>;

  /** False: there is a channel of that name, which stays as it is. */
  addChannel(channel: AlertChannel): Promise<boolean>;
  changeChannel(channel: AlertChannel): Promise<boolean>;
  removeChannel(id: string): Promise<boolean>;
  getChannel(id: string): Promise<AlertChannel | null>;
  /** Oldest first. */
  listChannels(): Promise<AlertChannel[]>;

  /** False: an alert of this rule and subject goes on already, which stays as it is. Of two engines one adds it. */
  addAlert(alert: AlertRecord): Promise<boolean>;
  /** Replaces it and gives it the next version. False: it is not there with the version that `alert` has. */
  changeAlert(alert: AlertRecord): Promise<boolean>;
  getAlert(id: string): Promise<AlertRecord | null>;
  /** Newest first. */
  listAlerts(filter: AlertFilter): Promise<AlertRecord[]>;
  /** Those with something to send until `until`, milliseconds since 1970, longest due first, at most 100. */
  listDueAlerts(until: number): Promise<AlertRecord[]>;
  /** When something is to be sent next; null for never. */
  nextAlertAt(): Promise<number | null>;

  /** Deletes what was over before `before`. */
  sweep(before: number): Promise<void>;
}
