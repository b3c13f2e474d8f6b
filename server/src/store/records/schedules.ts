/** Stored rows of schedules, and the records they hold. Called by the schedules.ts of each store. */
import type { MissedRule, ScheduleRecord } from "../../domain/schedule.ts";

export interface ScheduleRow {
  id: string;
  name: string;
  cron: string;
  jitter_ms: number;
  missed: MissedRule;
  target_kind: "function" | "event";
  target: string;
  data: string;
  paused_at: number | null;
  created_at: number;
}

/** What the column `target` holds. */
export function targetText({ target }: ScheduleRecord): string {
  return target.kind === "function" ? target.functionId : target.name;
}

export function toSchedule(row: ScheduleRow): ScheduleRecord {
  return {
    id: row.id,
    name: row.name,
    cron: row.cron,
    jitterMs: row.jitter_ms,
    missed: row.missed,
    target:
      row.target_kind === "function"
        ? { kind: "function", functionId: row.target }
        : { kind: "event", name: row.target },
    data: row.data,
    pausedAt: row.paused_at,
    createdAt: row.created_at,
  };
}
