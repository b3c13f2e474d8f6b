/** Schedules made at runtime: what rules write of them, and reads for open-store.ts. */
import type { MissedRule, ScheduleRecord } from "../../domain/schedule.ts";
import type { Changes } from "../../rules/changes.ts";
import type { Database } from "./database.ts";

interface ScheduleRow {
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

export function writeSchedules(database: Database, { removed, put }: Changes["schedules"]): void {
  for (const id of removed) database.run("DELETE FROM schedules WHERE id = ?", id);
  for (const schedule of put) putSchedule(database, schedule);
}

/** Replaces the one with its id. */
function putSchedule(database: Database, schedule: ScheduleRecord): void {
  const { target } = schedule;
  database.run(
    `INSERT OR REPLACE INTO schedules (id, name, cron, jitter_ms, missed, target_kind, target, data, paused_at, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    schedule.id,
    schedule.name,
    schedule.cron,
    schedule.jitterMs,
    schedule.missed,
    target.kind,
    target.kind === "function" ? target.functionId : target.name,
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

function toSchedule(row: ScheduleRow): ScheduleRecord {
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
