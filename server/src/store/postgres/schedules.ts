/** Schedules made at runtime: their table for writer.ts, reads for open-store.ts. */
import type { ScheduleRecord } from "../../domain/schedule.ts";
import type { Database } from "./database.ts";
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

export function toScheduleColumns({ target, ...schedule }: ScheduleRecord): ScheduleColumns {
  const text = target.kind === "function" ? target.functionId : target.name;
  return { ...schedule, targetKind: target.kind, target: text };
}

interface Row {
  id: string;
  name: string;
  cron: string;
  jitter_ms: number;
  missed: ScheduleRecord["missed"];
  target_kind: "function" | "event";
  target: string;
  data: string;
  paused_at: number | null;
  created_at: number;
}

const selectSchedules = `SELECT id, name, cron, jitter_ms, missed, target_kind, target, data, paused_at, created_at
  FROM stepwell.schedules WHERE ns = $1`;

export async function getSchedule(database: Database, id: string): Promise<ScheduleRecord | null> {
  const row = await database.get<Row>(`${selectSchedules} AND id = $2`, id);
  return row === undefined ? null : toSchedule(row);
}

/** Oldest first. */
export async function listSchedules(database: Database): Promise<ScheduleRecord[]> {
  return (await database.all<Row>(`${selectSchedules} ORDER BY id`)).map(toSchedule);
}

function toSchedule(row: Row): ScheduleRecord {
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
