/** Alerts, rules and channels as answers. A channel's secrets stay behind. Called by the routes beside it. */
import { conditionName } from "../../../core/alerts/describe.ts";
import type { AlertRecord } from "../../../domain/alerts/alert.ts";
import type { AlertChannel, ChannelConfig } from "../../../domain/alerts/channel.ts";
import { type AlertCondition, conditionKinds, conditionSpecs, readyRules } from "../../../domain/alerts/condition.ts";
import type { AlertRule } from "../../../domain/alerts/rule.ts";
import type { AlertAnswer, AlertChannelAnswer, AlertConditionsAnswer, AlertRuleAnswer } from "../../answers.ts";
import { iso, isoOrNull } from "../../moment.ts";
import { functionName, type Lookup } from "../lookup.ts";

export function presentConditions(): AlertConditionsAnswer {
  return {
    conditions: conditionKinds.map((condition) => {
      const { window: windowMs, ...spec } = conditionSpecs[condition];
      return { condition, ...spec, windowMs };
    }),
    ready: readyRules.map(({ id, kind, windowMs }) => {
      const spec = conditionSpecs[kind];
      const threshold = spec.threshold?.default ?? null;
      const condition: AlertCondition = { kind, functionId: null, app: null, threshold, windowMs, minRuns: null };
      const title = conditionName(condition, null);
      return { id, title, condition: kind, windowMs, needsFunction: spec.function === "required" };
    }),
  };
}

export interface RuleContext {
  channels: readonly AlertChannel[];
  /** Ids of rules of which an alert goes on. */
  active: ReadonlySet<string>;
  lookup: Lookup;
}

export function presentRule(rule: AlertRule, { channels, active, lookup }: RuleContext): AlertRuleAnswer {
  const { id, name, condition, severity, channelIds, enabled, repeatMs, createdAt, createdBy } = rule;
  const { kind, functionId, app, threshold, windowMs, minRuns } = condition;
  return {
    id,
    name,
    condition: kind,
    function: functionId === null ? null : functionName(lookup(functionId), functionId).id,
    app,
    threshold,
    windowMs,
    minRuns,
    severity,
    channels: channels
      .filter((channel) => channelIds.includes(channel.id))
      .map((channel) => ({ id: channel.id, name: channel.name })),
    enabled,
    repeatMs,
    isActive: active.has(id),
    createdAt: iso(createdAt),
    createdBy,
  };
}

/** The path and the query may be what lets one post. */
function shownTarget(config: ChannelConfig): string {
  return config.kind === "email" ? config.to.join(", ") : `${new URL(config.url).origin}/…`;
}

export function presentChannel({ id, name, config, createdAt, createdBy }: AlertChannel): AlertChannelAnswer {
  const answer = { id, name, kind: config.kind, to: shownTarget(config), createdAt: iso(createdAt), createdBy };
  if (config.kind !== "email") return { ...answer, email: null };
  const { host, port, tls, user, from, to } = config;
  return { ...answer, email: { host, port, tls, user, from, to: [...to] } };
}

export function presentAlert(alert: AlertRecord): AlertAnswer {
  const { id, ruleId, ruleName, kind, severity, subject, text, end, value, lastValue, threshold, notices } = alert;
  return {
    id,
    rule: { id: ruleId, name: ruleName },
    condition: kind,
    severity,
    subject: subject === "" ? null : subject,
    text,
    startedAt: iso(alert.startedAt),
    endedAt: isoOrNull(alert.endedAt),
    end,
    value,
    lastValue,
    threshold,
    notices: notices.map((notice) => ({
      kind: notice.kind,
      channel: { id: notice.channelId, name: notice.channelName },
      at: iso(notice.at),
      state: notice.state,
      tries: notice.tries,
      nextAt: isoOrNull(notice.nextAt),
      sentAt: isoOrNull(notice.sentAt),
      error: notice.error,
    })),
  };
}
