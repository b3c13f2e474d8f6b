/**
 * How rules, channels and alerts stand in tables, the same in both stores: what is looked for in columns of its own, the rest as
 * JSON in `content`. Used by alert-methods.ts.
 */
import type { AlertRecord } from "../../domain/alerts/alert.ts";
import type { AlertChannel } from "../../domain/alerts/channel.ts";
import type { AlertRule } from "../../domain/alerts/rule.ts";
import type { PlainTable } from "./plain-rows.ts";

/** A rule or a channel. */
export interface NamedRow {
  id: string;
  name: string;
  content: string;
}

export interface AlertRow {
  id: string;
  ruleId: string;
  subject: string;
  endedAt: number | null;
  dueAt: number | null;
  version: number;
  content: string;
}

const namedColumns = { id: "id", name: "name", content: "content" } as const;

export const ruleTable: PlainTable<NamedRow> = { name: "alert_rules", key: "id", columns: namedColumns };
export const channelTable: PlainTable<NamedRow> = { name: "alert_channels", key: "id", columns: namedColumns };
export const alertTable: PlainTable<AlertRow> = {
  name: "alerts",
  key: "id",
  columns: {
    id: "id",
    ruleId: "rule_id",
    subject: "subject",
    endedAt: "ended_at",
    dueAt: "due_at",
    version: "version",
    content: "content",
  },
};

export function toNamedRow({ id, name, ...rest }: AlertRule | AlertChannel): NamedRow {
  return { id, name, content: JSON.stringify(rest) };
}

export function toRule({ id, name, content }: NamedRow): AlertRule {
  return { id, name, ...(JSON.parse(content) as Omit<AlertRule, "id" | "name">) };
}

export function toChannel({ id, name, content }: NamedRow): AlertChannel {
  return { id, name, ...(JSON.parse(content) as Omit<AlertChannel, "id" | "name">) };
}

export function toAlertRow({ id, ruleId, subject, endedAt, dueAt, version, ...rest }: AlertRecord): AlertRow {
  return { id, ruleId, subject, endedAt, dueAt, version, content: JSON.stringify(rest) };
}

export function toAlert({ content, ...row }: AlertRow): AlertRecord {
  return { ...row, ...(JSON.parse(content) as Omit<AlertRecord, keyof AlertRow>) };
}
