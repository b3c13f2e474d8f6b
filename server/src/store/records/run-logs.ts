/** Stored rows of what runs logged, and the records they hold. Called by the run-logs.ts of each store. */
import type { LogLevel, LogRecord } from "../../domain/run/run-log.ts";

export interface LogRow {
  run_id: string;
  number: number;
  at: number;
  level: LogLevel;
  content: string;
  fields: string | null;
  step_id: string | null;
  step_name: string | null;
  attempt: number;
}

export function toLog({ run_id, content, step_id, step_name, number, at, level, fields, attempt }: LogRow): LogRecord {
  return { runId: run_id, number, at, level, text: content, fields, stepId: step_id, stepName: step_name, attempt };
}
