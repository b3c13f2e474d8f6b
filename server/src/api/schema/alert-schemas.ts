/** Schemas of what `/v2` answers about alerts. Used by the descriptions of routes. */
import { channelKinds, smtpTlsModes } from "../../domain/alerts/channel.ts";
import { conditionKinds } from "../../domain/alerts/condition.ts";
import { severities } from "../../domain/alerts/rule.ts";
import type {
  AlertAnswer,
  AlertChannelAnswer,
  AlertChannelTestAnswer,
  AlertConditionAnswer,
  AlertConditionsAnswer,
  AlertNoticeAnswer,
  AlertRuleAnswer,
  AlertSettingAnswer,
  MadeAlertChannelAnswer,
  ReadyAlertRuleAnswer,
} from "../answers.ts";
import {
  flag,
  integer,
  list,
  moment,
  named,
  nullable,
  number,
  object,
  oneOf,
  type Schema,
  text,
  ulid,
} from "./schema.ts";

const condition = oneOf(conditionKinds);
const severity = oneOf(severities);
const nameOf = object({ id: text(), name: text() });

const settingFields = { default: number(), min: number(), max: number() };
const setting: Schema<AlertSettingAnswer> = named("AlertSetting", object(settingFields));
const threshold = named(
  "AlertThreshold",
  object({ ...settingFields, unit: oneOf(["percent", "count", "milliseconds"]) }),
);

const alertCondition: Schema<AlertConditionAnswer> = named(
  "AlertCondition",
  object({
    condition,
    title: text(),
    says: text({ description: "When it holds." }),
    function: oneOf(["required", "optional", "none"]),
    app: oneOf(["optional", "none"]),
    threshold: nullable(threshold),
    windowMs: nullable(setting),
    minRuns: nullable(setting),
  }),
);
const readyRule: Schema<ReadyAlertRuleAnswer> = named(
  "ReadyAlertRule",
  object({ id: text(), title: text(), condition, windowMs: nullable(integer()), needsFunction: flag() }),
);
export const alertConditions: Schema<AlertConditionsAnswer> = object({
  conditions: list(alertCondition),
  ready: list(readyRule),
});

export const alertRule: Schema<AlertRuleAnswer> = named(
  "AlertRule",
  object({
    id: ulid(),
    name: text(),
    condition,
    function: nullable(text({ description: "Its id, <app>-<function>; null: all functions." })),
    app: nullable(text()),
    threshold: nullable(number({ description: "In the unit of its condition." })),
    windowMs: nullable(integer()),
    minRuns: nullable(integer()),
    severity,
    channels: list(nameOf),
    enabled: flag(),
    repeatMs: nullable(integer({ description: "Null: it is told once." })),
    isActive: flag({ description: "Whether an alert of it goes on." }),
    createdAt: moment(),
    createdBy: text(),
  }),
);

const channelFields = {
  id: ulid(),
  name: text(),
  kind: oneOf(channelKinds),
  to: text({ description: "Where it leads, for people. Nothing of it is secret." }),
  email: nullable(
    named(
      "AlertEmail",
      object({
        host: text(),
        port: integer(),
        tls: oneOf(smtpTlsModes),
        user: nullable(text()),
        from: text(),
        to: list(text()),
      }),
    ),
  ),
  createdAt: moment(),
  createdBy: text(),
};
export const alertChannel: Schema<AlertChannelAnswer> = named("AlertChannel", object(channelFields));
export const madeAlertChannel: Schema<MadeAlertChannelAnswer> = named(
  "MadeAlertChannel",
  object({
    ...channelFields,
    secret: nullable(text({ description: "What a webhook's requests are signed with, shown this once." })),
  }),
);
export const alertChannelTest: Schema<AlertChannelTestAnswer> = object({
  ok: flag(),
  error: nullable(text({ description: "What went wrong." })),
  tookMs: integer(),
});

const notice: Schema<AlertNoticeAnswer> = named(
  "AlertNotice",
  object({
    kind: oneOf(["began", "repeated", "ended"]),
    channel: nameOf,
    at: moment(),
    state: oneOf(["waiting", "sent", "failed", "superseded"]),
    tries: integer(),
    nextAt: nullable(moment()),
    sentAt: nullable(moment()),
    error: nullable(text()),
  }),
);
export const alert: Schema<AlertAnswer> = named(
  "Alert",
  object({
    id: ulid(),
    rule: nameOf,
    condition,
    severity,
    subject: nullable(text()),
    text: text(),
    startedAt: moment(),
    endedAt: nullable(moment()),
    end: nullable(oneOf(["over", "rule-disabled", "rule-removed"])),
    value: nullable(number()),
    lastValue: nullable(number()),
    threshold: nullable(number()),
    notices: list(notice),
  }),
);
