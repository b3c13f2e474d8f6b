/** Tells the notifier what an answer came to. Called after the commit, never before. */
import type { SerializedError } from "stepwell/protocol";
import type { FunctionRecord } from "../../domain/app.ts";
import type { RunRecord } from "../../domain/run/run.ts";
import type { StepRecord } from "../../domain/run/step.ts";
import { errorSummary, tellEnd } from "../end/tell-end.ts";
import type { Draft } from "../ops/draft.ts";
import type { Parts } from "../parts/parts.ts";

type TellParts = Pick<Parts, "notifier">;

function stepError(step: StepRecord): string | null {
  if (step.status !== "Failed" || step.memo === null) return null;
  return errorSummary((JSON.parse(step.memo) as { error: Partial<SerializedError> }).error);
}

export function tellStep(parts: TellParts, run: RunRecord, fn: FunctionRecord, step: StepRecord, now: number): void {
  parts.notifier.notify({
    kind: "step-ended",
    at: now,
    runId: run.id,
    slug: fn.slug,
    step: step.displayName,
    durationMs: step.startedAt === null || step.endedAt === null ? null : step.endedAt - step.startedAt,
    failed: step.status === "Failed",
    error: stepError(step),
  });
}

export function tellDecision(parts: TellParts, draft: Draft): void {
  const { execution, fn, item, now } = draft;
  const { run } = execution;
  for (const step of draft.ends) tellStep(parts, run, fn, step, now);
  for (const { step } of draft.plans) {
    if (step.wakesAt === null) continue;
    parts.notifier.notify({
      kind: "step-sleeping",
      at: now,
      runId: run.id,
      slug: fn.slug,
      step: step.displayName,
      until: step.wakesAt,
    });
  }
  for (const attempt of draft.attempts) {
    if (attempt.retryAt === null) continue;
    parts.notifier.notify({
      kind: "attempt-failed",
      at: now,
      runId: run.id,
      slug: fn.slug,
      step: attempt.displayName,
      attempt: attempt.attempt,
      maxAttempts: item.maxAttempts,
      error: errorSummary(JSON.parse(attempt.error)),
      retryAt: attempt.retryAt,
    });
  }
  if (draft.end !== null) tellEnd(parts, run, fn, draft.end, now);
}
