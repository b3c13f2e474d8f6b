/** A run as a tree of spans, as `/v2` shows it. Called by the routes of its trace and of its stream. Pure. */
import type { RunRecord } from "../../../domain/run/run.ts";
import type { MetadataRecord } from "../../../domain/run/run-metadata.ts";
import type { AttemptRecord } from "../../../domain/run/step.ts";
import type { StepView } from "../../../domain/run/step-view.ts";
import type { SpanAnswer } from "../../answers.ts";
import { iso, isoOrNull } from "../../moment.ts";
import { presentMetadata } from "../../present.ts";
import type { Lookup } from "../lookup.ts";
import { asError, parseOrNull } from "../parse-stored.ts";
import { statusName } from "./present-run.ts";

const took = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : Math.max(to - from, 0);

function presentAttemptSpan(attempt: AttemptRecord): SpanAnswer {
  return {
    id: `${attempt.runId}:${attempt.stepId ?? "function"}:${attempt.attempt}`,
    name: `attempt ${attempt.attempt + 1}`,
    status: attempt.retryAt === null ? "FAILED" : "ERRORED",
    stepId: attempt.stepId,
    queuedAt: iso(attempt.startedAt),
    startedAt: iso(attempt.startedAt),
    endedAt: iso(attempt.endedAt),
    durationMs: took(attempt.startedAt, attempt.endedAt),
    retryAt: isoOrNull(attempt.retryAt),
    error: asError(JSON.parse(attempt.error)),
    children: [],
  };
}

/** What a trace is made of. */
export interface TraceParts {
  run: RunRecord;
  steps: readonly StepView[];
  attempts: readonly AttemptRecord[];
  metadata: readonly MetadataRecord[];
}

function metadataOf(metadata: readonly MetadataRecord[], id: string | null): Record<string, unknown>[] {
  return metadata.filter(({ stepId }) => stepId === id).map((entry) => ({ ...presentMetadata(entry) }));
}

function presentStepSpan(step: StepView, { attempts, metadata }: TraceParts, includeOutput: boolean): SpanAnswer {
  return {
    id: `${step.runId}:${step.id}`,
    name: step.displayName,
    status: step.status.toUpperCase(),
    stepId: step.id,
    stepOp: step.op,
    attempts: step.attempts,
    queuedAt: iso(step.queuedAt),
    startedAt: isoOrNull(step.startedAt),
    endedAt: isoOrNull(step.endedAt),
    durationMs: took(step.startedAt, step.endedAt),
    wakesAt: isoOrNull(step.wakesAt),
    retryAt: isoOrNull(step.retryAt),
    // The detail, which has no kind, stands first.
    metadata: [...(step.detail === null ? [] : [JSON.parse(step.detail)]), ...metadataOf(metadata, step.id)],
    ...(includeOutput ? { output: parseOrNull(step.memo) } : {}),
    children: attempts.filter(({ stepId }) => stepId === step.id).map(presentAttemptSpan),
  };
}

/** The run as a tree: its steps, and the failed attempts at each and at the function itself. */
export function presentTrace(parts: TraceParts, lookup: Lookup, includeOutput: boolean): SpanAnswer {
  const { run, steps, attempts, metadata } = parts;
  return {
    id: run.id,
    name: lookup(run.functionId)?.fn.name ?? run.functionId,
    status: statusName(run.status),
    stepId: null,
    queuedAt: iso(run.queuedAt),
    startedAt: isoOrNull(run.startedAt),
    endedAt: isoOrNull(run.endedAt),
    durationMs: took(run.startedAt, run.endedAt),
    metadata: metadataOf(metadata, null),
    ...(includeOutput ? { output: parseOrNull(run.output) } : {}),
    children: [
      ...attempts.filter(({ stepId }) => stepId === null).map(presentAttemptSpan),
      ...steps.map((step) => presentStepSpan(step, parts, includeOutput)),
    ],
  };
}
