/** Reads the log of a run from a running engine, to its end or for as long as the run goes on. Called by the commands run and logs. */
import type { LogAnswer } from "../api/answers.ts";
import type { EngineClient } from "../client/engine-client.ts";
import { logLevels } from "../domain/run/run-log.ts";

export interface LogRequest {
  runId: string;
  /** This one and those above it. Undefined: all. */
  level?: LogAnswer["level"] | undefined;
}

const pageSize = 1000;

export interface ReadLogs {
  /** Lines that there was no room for. */
  leftOut: number;
  /** Number of the last line; 0 for none. */
  last: number;
}

/** What there is now. */
export async function readLogs(
  engine: EngineClient,
  { runId, level }: LogRequest,
  show: (line: LogAnswer) => void,
): Promise<ReadLogs> {
  let cursor = "0";
  for (;;) {
    const filter = { limit: pageSize, cursor, ...(level !== undefined && { level }) };
    const { data, page } = await engine.runs.logs(runId, filter);
    for (const line of data) show(line);
    cursor = page.cursor ?? cursor;
    if (!page.hasMore) return { leftOut: page.leftOut ?? 0, last: Number(cursor) };
  }
}

export interface FollowLogsRequest extends LogRequest {
  signal: AbortSignal;
  onLost: () => void;
}

/** What there is, and what comes until the run ends or `signal` says so. @returns how many lines were left out. */
export async function followLogs(
  engine: EngineClient,
  { runId, level, signal, onLost }: FollowLogsRequest,
  show: (line: LogAnswer) => void,
): Promise<number> {
  const loudEnough = level === undefined ? 0 : logLevels.indexOf(level);
  let last = 0;
  for await (const { event, data } of engine.runs.stream(runId, { signal, onLost })) {
    if (event !== "log") continue;
    last = data.number;
    if (logLevels.indexOf(data.level) >= loudEnough) show(data);
  }
  if (signal.aborted) return 0;
  const { page } = await engine.runs.logs(runId, { limit: 1, cursor: last });
  return page.leftOut ?? 0;
}
