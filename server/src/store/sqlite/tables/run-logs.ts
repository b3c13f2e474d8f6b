/** Logs of runs: what rules read and write of them, and reads for people. Retention deletes them with their run. */
import type { LogRecord, LogTotals } from "../../../domain/run/run-log.ts";
import type { LogFilter, LogPage } from "../../../ports/store.ts";
import type { Source } from "../../../rules/source.ts";
import { type LogRow, toLog } from "../../records/run-logs.ts";
import { countRows } from "../commit/counts.ts";
import type { Database } from "../database.ts";
import { whereAll } from "./where.ts";

function getTotals(database: Database, runId: string): LogTotals | null {
  const totals = database.get<LogTotals>(
    "SELECT log_lines AS lines, log_bytes AS bytes, logs_left_out AS leftOut FROM runs WHERE id = ?",
    runId,
  );
  return totals ?? null;
}

export function logReads(database: Database): Pick<Source, "logTotals"> {
  return { logTotals: ({ runId }) => getTotals(database, runId) };
}

export function writeLogs(database: Database, records: readonly LogRecord[]): void {
  countRows(database, "logLines", records.length);
  for (const { runId, number, at, level, text, fields, stepId, stepName, attempt } of records) {
    database.run(
      `INSERT INTO run_logs (run_id, number, at, level, content, fields, step_id, step_name, attempt)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      runId,
      number,
      at,
      level,
      text,
      fields,
      stepId,
      stepName,
      attempt,
    );
  }
}

export function listLogs(database: Database, { runId, after, limit, levels, stepId }: LogFilter): LogPage {
  const { clause, values } = whereAll([
    ["run_id = ?", runId],
    ["number > ?", after],
    ["level IN (SELECT value FROM json_each(?))", levels === undefined ? undefined : JSON.stringify(levels)],
    ["coalesce(step_id, '') = ?", stepId === null ? "" : stepId],
  ]);
  const rows = database.all<LogRow>(
    `SELECT run_id, number, at, level, content, fields, step_id, step_name, attempt FROM run_logs ${clause}
      ORDER BY number LIMIT ?`,
    ...values,
    limit,
  );
  return { lines: rows.map(toLog), leftOut: getTotals(database, runId)?.leftOut ?? 0 };
}
