/** What the document says of alerts. Read by ../route-docs. */
import { channelKinds, smtpTlsModes } from "../../../domain/alerts/channel.ts";
import { conditionKinds } from "../../../domain/alerts/condition.ts";
import { severities } from "../../../domain/alerts/rule.ts";
import {
  alert,
  alertChannel,
  alertChannelTest,
  alertConditions,
  alertRule,
  madeAlertChannel,
} from "../../schema/alert-schemas.ts";
import {
  type AnySchema,
  flag,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
  ulid,
} from "../../schema/schema.ts";
import { answer, asked, cursor, idOf, limit, page, type RouteDoc, type RouteDocs } from "../route-doc.ts";

const tag = "Alerts";
const ruleId = { id: idOf("rule") };
const channelId = { id: idOf("channel") };
const gone: AnySchema = object({ id: ulid() });

const settings = {
  name: optional(nullable(text({ description: "Default: what it says." }))),
  function: optional(nullable(text({ description: "Id of a function; nothing for all." }))),
  app: optional(nullable(text({ description: "Name of an app; nothing for all." }))),
  threshold: optional(nullable(number({ description: "In the unit of the condition." }))),
  windowMs: optional(nullable(integer())),
  minRuns: optional(nullable(integer({ description: "With fewer runs in the window nothing is said." }))),
  severity: optional(oneOf(severities, { default: "warning" })),
  channels: optional(list(text(), { description: "Who is told: names or ids of channels." })),
  enabled: optional(flag({ default: true })),
  repeatMs: optional(nullable(integer({ description: "Tell again after so long, while it goes on." }))),
};
const ruleErrors = ["unknown_function", "app_not_found", "alert_channel_not_found", "name_taken"] as const;

const channelSettings = {
  url: optional(text({ description: "Of a webhook, or of Slack's incoming webhook." })),
  secret: optional(text({ description: "Of a webhook: whsec_ and base64. Default: the engine makes one." })),
  host: optional(text({ description: "Of an SMTP server." })),
  port: optional(integer({ default: 587 })),
  tls: optional(oneOf(smtpTlsModes, { description: "Default: implicit on port 465, else starttls." })),
  user: optional(nullable(text())),
  password: optional(nullable(text())),
  from: optional(text({ description: "The sender's address." })),
  to: optional(list(text(), { description: "The recipients' addresses." })),
};

const ofRule = (summary: string): RouteDoc => ({
  tag,
  summary,
  path: ruleId,
  answers: { 200: answer(alertRule) },
  errors: ["alert_rule_not_found"],
});

export const alertDocs: RouteDocs = {
  "GET /v2/alerts": { tag, summary: "Alerts that go on, newest first", answers: { 200: page(alert) } },
  "GET /v2/alerts/history": {
    tag,
    summary: "All alerts, newest first, with who was told and how that went",
    query: { rule: asked(ulid({ description: "Of one rule.", expected: "the id of a rule" })), cursor, limit },
    answers: { 200: page(alert) },
  },
  "GET /v2/alerts/conditions": {
    tag,
    summary: "What can be watched, with its settings; and rules that only need to be switched on",
    answers: { 200: answer(alertConditions) },
  },
  "GET /v2/alerts/rules": { tag, summary: "Rules, oldest first", answers: { 200: page(alertRule) } },
  "POST /v2/alerts/rules": {
    tag,
    summary: "Make a rule",
    body: { checkedBy: "engine", schema: object({ condition: oneOf(conditionKinds), ...settings }) },
    answers: { 201: answer(alertRule) },
    errors: ruleErrors,
  },
  "GET /v2/alerts/rules/:id": ofRule("One rule"),
  "POST /v2/alerts/rules/:id": {
    ...ofRule("Change a rule: what the body does not name stays"),
    body: { checkedBy: "engine", schema: object({ condition: optional(oneOf(conditionKinds)), ...settings }) },
    errors: ["alert_rule_not_found", ...ruleErrors],
  },
  "DELETE /v2/alerts/rules/:id": { ...ofRule("Remove a rule"), answers: { 200: answer(gone) } },
  "POST /v2/alerts/rules/:id/enable": ofRule("Switch a rule on"),
  "POST /v2/alerts/rules/:id/disable": ofRule("Switch a rule off; what goes on of it is over"),
  "GET /v2/alerts/channels": {
    tag,
    summary: "Channels, oldest first; never what is secret of them",
    answers: { 200: page(alertChannel) },
  },
  "POST /v2/alerts/channels": {
    tag,
    summary: "Make a channel: a signed webhook, Slack, or e-mail",
    body: {
      checkedBy: "engine",
      schema: object({ name: text(), kind: oneOf(channelKinds), ...channelSettings }),
    },
    answers: { 201: answer(madeAlertChannel) },
    errors: ["name_taken"],
  },
  "GET /v2/alerts/channels/:id": {
    tag,
    summary: "One channel",
    path: channelId,
    answers: { 200: answer(alertChannel) },
    errors: ["alert_channel_not_found"],
  },
  "POST /v2/alerts/channels/:id": {
    tag,
    summary: "Change a channel: what the body does not name stays, secrets too",
    path: channelId,
    body: { checkedBy: "engine", schema: object({ name: optional(text()), ...channelSettings }) },
    answers: { 200: answer(alertChannel) },
    errors: ["alert_channel_not_found", "name_taken"],
  },
  "DELETE /v2/alerts/channels/:id": {
    tag,
    summary: "Remove a channel that no rule tells",
    path: channelId,
    answers: { 200: answer(gone) },
    errors: ["alert_channel_not_found", "alert_channel_used"],
  },
  "POST /v2/alerts/channels/:id/test": {
    tag,
    summary: "Send a test; the answer says how that went",
    path: channelId,
    answers: { 200: answer(alertChannelTest) },
    errors: ["alert_channel_not_found"],
  },
};
