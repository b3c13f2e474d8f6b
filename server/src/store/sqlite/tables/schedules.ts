/** Schedules made at runtime: what rules write of them, and reads for open-store.ts. */
import type { ScheduleRecord } from "../../../domain/schedule.ts";
import type { Changes } from "../../../rules/changes.ts";
import { type ScheduleRow, targetText, toSchedule } from "../../records/schedules.ts";
import type { Database } from "../database.ts";

export function writeSchedules(database: Database, { removed, put }: Changes["schedules"]): void {
  for (const id of removed) database.run("DELETE FROM schedules WHERE id = ?", id);
  for (const schedule of put) putSchedule(database, schedule);
}

/** Replaces the one with its id. */
function putSchedule(database: Database, schedule: ScheduleRecord): void {
  database.run(
    `INSERT OR REPLACE INTO schedules (id, name, cron, jitter_ms, missed, target_kind, target, data, paused_at, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    schedule.id,
    schedule.name,
    schedule.cron,
    schedule.jitterMs,
    schedule.missed,
    schedule.target.kind,
    targetText(schedule),
    schedule.data,
    schedule.pausedAt,
    schedule.createdAt,
  );
}

export function getSchedule(database: Database, id: string): ScheduleRecord | null {
  const row = database.get<ScheduleRow>("SELECT * FROM schedules WHERE id = ?", id);
  return row === undefined ? null : toSchedule(row);
}

/** Oldest first. */
export function listSchedules(database: Database): ScheduleRecord[] {
  return database.all<ScheduleRow>("SELECT * FROM schedules ORDER BY id").map(toSchedule);
}
