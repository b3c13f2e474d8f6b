/** Reads the log of a run from a running engine, to its end or for as long as the run goes on. Called by the commands run and logs. */
import type { LogAnswer, RunV1Answer } from "../api/answers.ts";
import type { ApiClient } from "./api-client.ts";
import { delay } from "./delay.ts";
import { hasEnded } from "./has-ended.ts";

interface LogPage {
  data: LogAnswer[];
  page: { cursor: string; hasMore: boolean; leftOut: number };
}

export interface LogRequest {
  runId: string;
  /** This one and those above it. Undefined: all. */
  level?: string | undefined;
  /** Whether to wait for what comes until the run has ended. */
  follow: boolean;
}

const pageSize = 1000;
const lookMs = 500;

/** @returns how many lines were left out. */
export async function followLogs(
  client: ApiClient,
  { runId, level, follow }: LogRequest,
  show: (line: LogAnswer) => void,
): Promise<number> {
  const wanted = level === undefined ? "" : `&level=${encodeURIComponent(level)}`;
  let cursor = "0";
  const readAll = async (): Promise<number> => {
    for (;;) {
      const path = `/v2/runs/${runId}/logs?limit=${pageSize}&cursor=${cursor}${wanted}`;
      const { data, page } = (await client.request("GET", path)) as LogPage;
      for (const line of data) show(line);
      cursor = page.cursor;
      if (!page.hasMore) return page.leftOut;
    }
  };
  for (;;) {
    // The run first: lines that are read after its end are all of them.
    const isOver = !follow || hasEnded(await client.get<RunV1Answer>(`/v1/runs/${runId}`));
    const leftOut = await readAll();
    if (isOver) return leftOut;
    await delay(lookMs);
  }
}
