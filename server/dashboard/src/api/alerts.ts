/** Alerts: what goes on, what was, rules and channels. */
import type {
  AlertAnswer,
  AlertChannelAnswer,
  AlertChannelTestAnswer,
  AlertConditionAnswer,
  AlertConditionsAnswer,
  AlertRuleAnswer,
  MadeAlertChannelAnswer,
} from "../../../src/api/answers.ts";
import { ask, type Page, request, seg, toQuery } from "./request.ts";

export type Alert = AlertAnswer;
export type AlertRule = AlertRuleAnswer;
export type AlertChannel = AlertChannelAnswer;
export type AlertCondition = AlertConditionAnswer;
export type AlertConditions = AlertConditionsAnswer;
export type MadeAlertChannel = MadeAlertChannelAnswer;

export const listActiveAlerts = (): Promise<Alert[]> => ask("v2/alerts");
export const listAlertHistory = (cursor: string | null): Promise<Page<Alert>> =>
  request(`v2/alerts/history${toQuery({ cursor, limit: 20 })}`);
export const getAlertConditions = (): Promise<AlertConditions> => ask("v2/alerts/conditions");

export interface AlertRuleRequest {
  condition?: AlertRule["condition"];
  name?: string;
  function?: string | null;
  app?: string | null;
  threshold?: number | null;
  windowMs?: number | null;
  minRuns?: number | null;
  severity?: AlertRule["severity"];
  channels?: readonly string[];
  repeatMs?: number | null;
}

export const listAlertRules = (): Promise<AlertRule[]> => ask("v2/alerts/rules");
export const createAlertRule = (body: AlertRuleRequest): Promise<AlertRule> =>
  ask("v2/alerts/rules", { method: "POST", body });
export const changeAlertRule = (id: string, body: AlertRuleRequest): Promise<AlertRule> =>
  ask(`v2/alerts/rules/${seg(id)}`, { method: "POST", body });
export const switchAlertRule = (id: string, isOn: boolean): Promise<AlertRule> =>
  ask(`v2/alerts/rules/${seg(id)}/${isOn ? "enable" : "disable"}`, { method: "POST", body: {} });
export const removeAlertRule = (id: string): Promise<unknown> =>
  ask(`v2/alerts/rules/${seg(id)}`, { method: "DELETE" });

export const listAlertChannels = (): Promise<AlertChannel[]> => ask("v2/alerts/channels");
export const createAlertChannel = (body: Readonly<Record<string, unknown>>): Promise<MadeAlertChannel> =>
  ask("v2/alerts/channels", { method: "POST", body });
export const removeAlertChannel = (id: string): Promise<unknown> =>
  ask(`v2/alerts/channels/${seg(id)}`, { method: "DELETE" });
export const testAlertChannel = (id: string): Promise<AlertChannelTestAnswer> =>
  ask(`v2/alerts/channels/${seg(id)}/test`, { method: "POST", body: {} });
