/** Logs of runs: their table for writer.ts, read for people. Retention deletes them with their run. */
import type { LogRecord } from "../../../domain/run/run-log.ts";
import type { LogFilter, LogPage } from "../../../ports/store.ts";
import { type LogRow, toLog } from "../../records/run-logs.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";
import { whereAll } from "./where.ts";

export const logTable: Table<LogRecord> = {
  name: "run_logs",
  key: ["runId", "number"],
  columns: {
    runId: { name: "run_id", type: "text" },
    number: { name: "number", type: "integer" },
    at: { name: "at", type: "bigint" },
    level: { name: "level", type: "text" },
    text: { name: "content", type: "text" },
    fields: { name: "fields", type: "text" },
    stepId: { name: "step_id", type: "text" },
    stepName: { name: "step_name", type: "text" },
    attempt: { name: "attempt", type: "integer" },
  },
};

export async function listLogs(
  database: Database,
  { runId, after, limit, levels, stepId }: LogFilter,
): Promise<LogPage> {
  const { clause, values } = whereAll([
    ["run_id = $", runId],
    ["number > $", after],
    ["level = ANY($::text[])", levels],
    ["coalesce(step_id, '') = $", stepId === null ? "" : stepId],
  ]);
  const [rows, run] = await Promise.all([
    database.all<LogRow>(
      `SELECT run_id, number, at, level, content, fields, step_id, step_name, attempt FROM stepwell.run_logs ${clause}
        ORDER BY number LIMIT $${values.length + 2}`,
      ...values,
      limit,
    ),
    database.get<{ left_out: number }>(
      "SELECT logs_left_out AS left_out FROM stepwell.runs WHERE ns = $1 AND id = $2",
      runId,
    ),
  ]);
  return { lines: rows.map(toLog), leftOut: run?.left_out ?? 0 };
}
