/** A run as `/v2` shows it: camelCase, its status in capitals. Called by routes that answer runs. Pure. */
import type { RunRecord, RunStatus } from "../../../domain/run/run.ts";
import type { ErrorLineAnswer, RunAnswer, RunStatusName } from "../../answers.ts";
import { iso, isoOrNull } from "../../moment.ts";
import { functionName, type Lookup } from "../lookup.ts";
import { parseOrNull } from "../parse-stored.ts";

export const statusName = (status: RunStatus): RunStatusName => status.toUpperCase() as Uppercase<RunStatus>;

/** Longer messages are cut in lists; the run itself has all of it. */
const errorLineMax = 300;

/** What a failed run failed with, in a line; null for others. */
function presentErrorLine({ status, output }: RunRecord): ErrorLineAnswer | null {
  if (status !== "Failed" || output === null) return null;
  const { name, message } = (JSON.parse(output) ?? {}) as { name?: unknown; message?: unknown };
  const line = typeof message === "string" ? (message.split("\n", 1)[0] ?? "") : "";
  return { name: typeof name === "string" ? name : "Error", message: line.slice(0, errorLineMax) };
}

export function presentRunV2(run: RunRecord, lookup: Lookup, includeOutput: boolean): RunAnswer {
  const found = lookup(run.functionId);
  return {
    id: run.id,
    function: functionName(found, run.functionId),
    app: { id: found?.app?.name ?? null },
    status: statusName(run.status),
    queuedAt: iso(run.queuedAt),
    startedAt: isoOrNull(run.startedAt),
    endedAt: isoOrNull(run.endedAt),
    reason: run.reason,
    originalRunId: run.originalRunId,
    parent: run.parent,
    error: presentErrorLine(run),
    trigger: { eventIds: run.eventIds, isBatch: run.eventIds.length > 1, cron: run.cron },
    ...(includeOutput ? { output: parseOrNull(run.output) } : {}),
  };
}
