/** Schedules made at runtime: their table for writer.ts, reads for open-store.ts. */
import type { ScheduleRecord } from "../../../domain/schedule.ts";
import { type ScheduleRow, targetText, toSchedule } from "../../records/schedules.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";

/** A schedule as it is written. */
export interface ScheduleColumns extends Omit<ScheduleRecord, "target"> {
  targetKind: "function" | "event";
  target: string;
}

export const scheduleTable: Table<ScheduleColumns> = {
  name: "schedules",
  key: ["id"],
  columns: {
    id: { name: "id", type: "text" },
    name: { name: "name", type: "text" },
    cron: { name: "cron", type: "text" },
    jitterMs: { name: "jitter_ms", type: "bigint" },
    missed: { name: "missed", type: "text" },
    targetKind: { name: "target_kind", type: "text" },
    target: { name: "target", type: "text" },
    data: { name: "data", type: "text" },
    pausedAt: { name: "paused_at", type: "bigint" },
    createdAt: { name: "created_at", type: "bigint" },
  },
};

export function toScheduleColumns(schedule: ScheduleRecord): ScheduleColumns {
  return { ...schedule, targetKind: schedule.target.kind, target: targetText(schedule) };
}

const selectSchedules = `SELECT id, name, cron, jitter_ms, missed, target_kind, target, data, paused_at, created_at
  FROM stepwell.schedules WHERE ns = $1`;

export async function getSchedule(database: Database, id: string): Promise<ScheduleRecord | null> {
  const row = await database.get<ScheduleRow>(`${selectSchedules} AND id = $2`, id);
  return row === undefined ? null : toSchedule(row);
}

/** Oldest first. */
export async function listSchedules(database: Database): Promise<ScheduleRecord[]> {
  return (await database.all<ScheduleRow>(`${selectSchedules} ORDER BY id`)).map(toSchedule);
}
