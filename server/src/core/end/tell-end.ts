/** Tells the notifier that a run has ended. Called after the commit, never before. */
import type { SerializedError } from "stepwell/protocol";
import type { FunctionRecord } from "../../domain/app.ts";
import type { RunRecord } from "../../domain/run/run.ts";
import type { Parts } from "../parts/parts.ts";
import type { RunEnd } from "./finish-run.ts";

type TellParts = Pick<Parts, "notifier">;

/** An error in one line. */
export function errorSummary(error: Partial<SerializedError>): string {
  return `${error.name ?? "Error"}: ${error.message ?? ""}`;
}

export function tellEnd(parts: TellParts, run: RunRecord, fn: FunctionRecord, end: RunEnd, now: number): void {
  parts.notifier.notify({
    kind: "run-ended",
    at: now,
    runId: run.id,
    slug: fn.slug,
    status: end.status,
    durationMs: now - (run.startedAt ?? run.queuedAt),
    error: end.status === "Failed" && end.output !== null ? errorSummary(JSON.parse(end.output)) : null,
  });
}
