/** A rule: what is watched, how bad it is, and who is told. */
import type { AlertCondition } from "./condition.ts";

export const severities = ["info", "warning", "critical"] as const;
export type Severity = (typeof severities)[number];

export interface AlertRule {
  /** A ULID. */
  id: string;
  /** For people; no two rules have the same. */
  name: string;
  condition: AlertCondition;
  severity: Severity;
  /** Channels that are told, by their ids. */
  channelIds: readonly string[];
  enabled: boolean;
  /** Milliseconds after which they are told again while it goes on; null: once. */
  repeatMs: number | null;
  /** Milliseconds since 1970: when it was switched on last. Time before that does not count for what never happened. */
  enabledAt: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** For people: who made it. */
  createdBy: string;
}
