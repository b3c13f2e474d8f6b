/**
 * Steps as people see them. The store knows a step that ran in a call only once it has ended, and its failed attempts before:
 * a step that waits for its next try is put together from these. Pure; used by the API, by reruns and by the test kit.
 */
import { isEnded, type RunRecord } from "./run.ts";
import type { AttemptRecord, StepRecord, StepStatus } from "./step.ts";

/** `Retrying`: an attempt failed and the next one is due or under way. */
export type StepViewStatus = StepStatus | "Retrying";

export interface StepView extends Omit<StepRecord, "status"> {
  status: StepViewStatus;
  /** When the next try is due, milliseconds since 1970; null for a step that waits for none. */
  retryAt: number | null;
}

type SeenRun = Pick<RunRecord, "status" | "endedAt">;

/** A step that the store has no record of. */
function fromAttempts(run: SeenRun, first: AttemptRecord, last: AttemptRecord, attempts: number): StepView {
  const hasEnded = isEnded(run.status);
  return {
    runId: first.runId,
    id: first.stepId ?? "",
    displayName: first.displayName ?? first.stepId ?? "",
    op: "StepRun",
    status: hasEnded ? "Cancelled" : "Retrying",
    memo: null,
    position: null,
    attempts,
    queuedAt: first.startedAt,
    startedAt: first.startedAt,
    endedAt: hasEnded ? run.endedAt : null,
    wakesAt: null,
    detail: null,
    retryAt: hasEnded ? null : last.retryAt,
  };
}

function fromRecord(step: StepRecord, attempts: readonly AttemptRecord[]): StepView {
  const retryAt = attempts.at(-1)?.retryAt ?? null;
  if (step.status !== "Planned" || retryAt === null) return { ...step, retryAt: null };
  return { ...step, status: "Retrying", attempts: Math.max(step.attempts, attempts.length), retryAt };
}

/** Ended steps in their order, then the others. @param attempts of the run, as they were written */
export function viewSteps(run: SeenRun, steps: readonly StepRecord[], attempts: readonly AttemptRecord[]): StepView[] {
  const byStep = new Map<string, AttemptRecord[]>();
  for (const attempt of attempts) {
    if (attempt.stepId === null) continue;
    const known = byStep.get(attempt.stepId);
    if (known === undefined) byStep.set(attempt.stepId, [attempt]);
    else known.push(attempt);
  }
  const seen = steps.map((step) => fromRecord(step, byStep.get(step.id) ?? []));
  for (const { id } of steps) byStep.delete(id);
  const unrecorded = [...byStep.values()].map((tries) =>
    fromAttempts(run, tries[0] as AttemptRecord, tries.at(-1) as AttemptRecord, tries.length),
  );
  return [...seen, ...unrecorded];
}
