/** The logs of runs, within their limits. Called by apply-transition.ts. */
import { type LogWrite, lineBytes } from "../domain/run/run-log.ts";
import type { WorkingSet } from "./working-set.ts";

/** What there is no room for is counted and left out. What is about a run that is gone is left out. */
export function writeLogs(set: WorkingSet, { runId, attempt, lines, leftOut, linesMax, bytesMax }: LogWrite): void {
  const before = set.runs.logTotals(runId);
  if (before === null || lines.length + leftOut === 0) return;
  const totals = { ...before, leftOut: before.leftOut + leftOut };
  for (const line of lines) {
    const bytes = lineBytes(line);
    if (totals.lines >= linesMax || totals.bytes + bytes > bytesMax) {
      totals.leftOut++;
      continue;
    }
    totals.lines++;
    totals.bytes += bytes;
    set.logs.push({ runId, number: totals.lines, attempt, ...line });
  }
  set.runs.setLogTotals(runId, totals);
}
