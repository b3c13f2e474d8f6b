/**
 * A rule out of what a request holds: new ones, and changes of one. Which settings a condition takes stands in
 * domain/alerts/condition. Called by create-alerts.
 */
import type { AlertChannel } from "../../domain/alerts/channel.ts";
import {
  type AlertCondition,
  type ConditionKind,
  conditionKinds,
  conditionSpecs,
  type SettingSpec,
  type ThresholdUnit,
} from "../../domain/alerts/condition.ts";
import { type AlertRule, severities } from "../../domain/alerts/rule.ts";
import { EngineError } from "../../domain/error.ts";
import type { Registry } from "../parts/registry.ts";
import { conditionName } from "./describe.ts";
import { type Fields, readFlag, readName, readNumber, readOneOf, refuse, toFields } from "./read-fields.ts";

const ruleFields = [
  "name",
  "condition",
  "function",
  "app",
  "threshold",
  "windowMs",
  "minRuns",
  "severity",
  "channels",
  "enabled",
  "repeatMs",
] as const;

const shortestRepeatMs = 60_000;
const longestRepeatMs = 30 * 86_400_000;
const channelsMax = 20;

const units: Readonly<Record<ThresholdUnit, string>> = {
  percent: "percent",
  count: "dead letters",
  milliseconds: "milliseconds",
};

/** What a rule is read against. */
export interface RuleParts {
  registry: Pick<Registry, "functionById" | "functionBySlug" | "appByName">;
  channels: readonly AlertChannel[];
}

/** All of a rule but what the engine decides. */
export type RuleSettings = Pick<AlertRule, "name" | "condition" | "severity" | "channelIds" | "enabled" | "repeatMs">;

/** Null is the same as nothing. */
const given = (fields: Fields, name: string): boolean => fields[name] !== undefined && fields[name] !== null;

function notTaken(kind: ConditionKind, field: string): EngineError {
  return refuse(`The condition ${kind} takes no \`${field}\`.`);
}

function readFunction(fields: Fields, kind: ConditionKind, { registry }: RuleParts): string | null {
  const rule = conditionSpecs[kind].function;
  if (!given(fields, "function")) {
    if (rule !== "required") return null;
    throw refuse(`The condition ${kind} needs a \`function\`: the id of one, <app>-<function>.`);
  }
  if (rule === "none") throw notTaken(kind, "function");
  const name = fields["function"];
  const fn = typeof name === "string" ? (registry.functionBySlug(name) ?? registry.functionById(name)) : null;
  if (fn !== null) return fn.id;
  throw new EngineError(
    "unknown_function",
    `\`function\`: there is no function ${JSON.stringify(name)}. Its id is <app>-<function>; GET /v2/functions lists those that are.`,
  );
}

function readApp(fields: Fields, kind: ConditionKind, { registry }: RuleParts): string | null {
  if (!given(fields, "app")) return null;
  if (conditionSpecs[kind].app === "none") throw notTaken(kind, "app");
  const name = fields["app"];
  const app = typeof name === "string" ? registry.appByName(name) : null;
  if (app !== null) return app.name;
  throw new EngineError(
    "app_not_found",
    `\`app\`: there is no app ${JSON.stringify(name)}. GET /v2/apps lists those that are.`,
  );
}

interface SettingOptions {
  kind: ConditionKind;
  spec: SettingSpec | null;
  unit: string;
  mayBeBroken?: boolean;
}

function readSetting(
  fields: Fields,
  field: string,
  { kind, spec, unit, mayBeBroken = false }: SettingOptions,
): number | null {
  if (spec === null) {
    if (given(fields, field)) throw notTaken(kind, field);
    return null;
  }
  if (!given(fields, field)) return spec.default;
  return readNumber(fields[field], field, { min: spec.min, max: spec.max, unit, mayBeBroken });
}

function readCondition(fields: Fields, parts: RuleParts): AlertCondition {
  const kind = readOneOf(fields["condition"], "condition", conditionKinds);
  const { threshold, window, minRuns } = conditionSpecs[kind];
  const unit = threshold === null ? "" : units[threshold.unit];
  return {
    kind,
    functionId: readFunction(fields, kind, parts),
    app: readApp(fields, kind, parts),
    threshold: readSetting(fields, "threshold", {
      kind,
      spec: threshold,
      unit,
      mayBeBroken: threshold?.unit === "percent",
    }),
    windowMs: readSetting(fields, "windowMs", { kind, spec: window, unit: "milliseconds" }),
    minRuns: readSetting(fields, "minRuns", { kind, spec: minRuns, unit: "runs" }),
  };
}

/** By their ids or names. */
function readChannels(value: unknown, { channels }: RuleParts): string[] {
  if (!Array.isArray(value) || value.length > channelsMax)
    throw refuse(`\`channels\` must be a list of at most ${channelsMax} channels, by their names or ids.`);
  const ids = value.map((wanted: unknown) => {
    const channel = channels.find(({ id, name }) => id === wanted || name === wanted);
    if (channel !== undefined) return channel.id;
    throw new EngineError(
      "alert_channel_not_found",
      `\`channels\`: there is no channel ${JSON.stringify(wanted)}. GET /v2/alerts/channels lists those that are.`,
    );
  });
  return [...new Set(ids)];
}

function readRepeat(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  return readNumber(value, "repeatMs", { min: shortestRepeatMs, max: longestRepeatMs, unit: "milliseconds" });
}

/** As a request would say it, for what a change leaves as it is. */
function toRequest(rule: AlertRule): Fields {
  const { kind, functionId, app, threshold, windowMs, minRuns } = rule.condition;
  const { name, severity, channelIds, enabled, repeatMs } = rule;
  return {
    ...{ name, condition: kind, function: functionId, app, threshold, windowMs, minRuns },
    ...{ severity, channels: channelIds, enabled, repeatMs },
  };
}

/** @throws EngineError `invalid_request`, `unknown_function`, `app_not_found`, `alert_channel_not_found` */
export function parseRule(body: unknown, parts: RuleParts): RuleSettings {
  const fields = toFields(body, ruleFields, "A rule");
  const condition = readCondition(fields, parts);
  const fn = condition.functionId === null ? null : (parts.registry.functionById(condition.functionId)?.slug ?? null);
  return {
    name: given(fields, "name") ? readName(fields) : conditionName(condition, fn).slice(0, 100),
    condition,
    severity: readOneOf(fields["severity"] ?? "warning", "severity", severities),
    channelIds: readChannels(fields["channels"] ?? [], parts),
    enabled: readFlag(fields["enabled"] ?? true, "enabled"),
    repeatMs: readRepeat(fields["repeatMs"]),
  };
}

/** What the body does not name stays. Another condition begins with its own defaults. @throws EngineError as `parseRule` */
export function parseRuleChange(rule: AlertRule, body: unknown, parts: RuleParts): RuleSettings {
  const change = toFields(body, ruleFields, "A change of a rule");
  const before = toRequest(rule);
  const isOther = given(change, "condition") && change["condition"] !== rule.condition.kind;
  const { name, severity, channels, enabled, repeatMs } = before;
  const kept = isOther ? { name, severity, channels, enabled, repeatMs } : before;
  return parseRule({ ...kept, ...change }, parts);
}
