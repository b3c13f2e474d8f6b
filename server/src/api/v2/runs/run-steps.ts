/** `GET /v2/runs/:id/steps/:step`: one step with all that it holds, so that a trace need not load what nobody looks at. */

import { EngineError } from "../../../domain/error.ts";
import type { MetadataRecord } from "../../../domain/run/run-metadata.ts";
import type { AttemptRecord } from "../../../domain/run/step.ts";
import { type StepView, viewSteps } from "../../../domain/run/step-view.ts";
import type { StepAnswer } from "../../answers.ts";
import type { Api } from "../../api-parts.ts";
import { iso, isoOrNull } from "../../moment.ts";
import { presentStep } from "../../present.ts";
import { readId } from "../../query.ts";
import { asError } from "../parse-stored.ts";
import type { V2Parts } from "../v2-parts.ts";

function presentFailed({
  attempt,
  startedAt,
  endedAt,
  retryAt,
  error,
}: AttemptRecord): StepAnswer["failedAttempts"][number] {
  return {
    attempt,
    startedAt: iso(startedAt),
    endedAt: iso(endedAt),
    retryAt: isoOrNull(retryAt),
    error: asError(JSON.parse(error)),
  };
}

/** What `/v1` shows of a step, in the names of `/v2`. */
function present(step: StepView, failed: AttemptRecord[], metadata: readonly MetadataRecord[]): StepAnswer {
  const shown = presentStep(step, [], metadata);
  return {
    id: shown.id,
    name: shown.name,
    op: shown.op,
    status: shown.status.toUpperCase(),
    attempts: shown.attempts,
    queuedAt: iso(step.queuedAt),
    startedAt: shown.started_at,
    endedAt: shown.ended_at,
    wakesAt: shown.wakes_at,
    retryAt: shown.retry_at,
    ...(shown.detail === undefined ? {} : { detail: shown.detail }),
    ...("output" in shown ? { output: shown.output } : {}),
    ...("error" in shown ? { error: asError(shown.error) } : {}),
    failedAttempts: failed.map(presentFailed),
    metadata: shown.metadata,
  };
}

export function addRunStepRoutes(app: Api, { store, answer }: V2Parts): void {
  app.get("/runs/:id/steps/:step", async (c) => {
    const runId = readId(c, "id", "run");
    const stepId = c.req.param("step") ?? "";
    const run = await store.getRun(runId);
    if (run === null) throw new EngineError("run_not_found", `There is no run ${runId}.`);
    const [steps, attempts, metadata] = await Promise.all([
      store.listSteps(runId),
      store.listAttempts(runId),
      store.listMetadata(runId),
    ]);
    const step = viewSteps(run, steps, attempts).find(({ id }) => id === stepId);
    if (step === undefined)
      throw new EngineError(
        "invalid_request",
        `Run ${runId} has no step ${stepId}. Its trace names those that it has.`,
      );
    const failed = attempts.filter((attempt) => attempt.stepId === stepId);
    return answer(present(step, failed, metadata));
  });
}
