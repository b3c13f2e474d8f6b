/**
 * The log of a run: what its function wrote with its logger, line after line, as far as there is room. Pure: core reads lines,
 * the rules ask here how much one takes.
 */

/** Quietest first. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogLine {
  /** When it was written, by the app's clock; milliseconds since 1970. */
  at: number;
  level: LogLevel;
  text: string;
  /** JSON text of an object (see stored-json); null when it has none. */
  fields: string | null;
  /** Hash of the step's id, and the step's name; null in the function's body. */
  stepId: string | null;
  stepName: string | null;
}

/** Lines of one call. */
export interface CallLog {
  lines: LogLine[];
  /** Lines that the app had no room for. */
  leftOut: number;
}

export interface LogRecord extends LogLine {
  runId: string;
  /** From 1, in the order in which the run's lines came. */
  number: number;
  /** From 0. */
  attempt: number;
}

export interface LogWrite extends CallLog {
  runId: string;
  attempt: number;
  /** What is kept of a run's log. */
  linesMax: number;
  bytesMax: number;
}

/** What a run's log holds, and how many lines it had no room for. */
export interface LogTotals {
  lines: number;
  bytes: number;
  leftOut: number;
}

/** Beside its texts. */
const lineOverhead = 64;

export function lineBytes({ text, fields, stepName }: LogLine): number {
  return lineOverhead + Buffer.byteLength(text) + Buffer.byteLength(fields ?? "") + Buffer.byteLength(stepName ?? "");
}
