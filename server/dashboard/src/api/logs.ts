/** The log of a run, as the API gives it: read on from where it was read before. */
import type { LogAnswer } from "../../../src/api/answers.ts";
import { type Page, request, seg, toQuery } from "./request.ts";

export type LogLine = LogAnswer;

export interface RunLog {
  lines: readonly LogLine[];
  cursor: string | null;
  /** Lines that were not kept. */
  leftOut: number;
}

type LogPage = Page<LogLine> & { page: { leftOut: number } };

const pageSize = 1000;

/** Adds what has come to what is known. */
export async function readOn(runId: string, known: RunLog | undefined): Promise<RunLog> {
  let log: RunLog = known ?? { lines: [], cursor: null, leftOut: 0 };
  for (;;) {
    const query = toQuery({ cursor: log.cursor, limit: pageSize });
    const { data, page } = await request<LogPage>(`v2/runs/${seg(runId)}/logs${query}`);
    const lines = data.length === 0 ? log.lines : [...log.lines, ...data];
    log = { lines, cursor: page.cursor, leftOut: page.leftOut };
    if (!page.hasMore) return log;
  }
}
