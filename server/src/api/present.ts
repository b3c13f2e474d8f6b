/** Records as the API shows them. Called by the routes. Pure. */

import type { AppRecord, FunctionRecord } from "../domain/app.ts";
import type { EventRecord } from "../domain/event.ts";
import type { QueueItem } from "../domain/queue/queue-item.ts";
import type { RunRecord } from "../domain/run/run.ts";
import type { MetadataRecord } from "../domain/run/run-metadata.ts";
import type { AttemptRecord } from "../domain/run/step.ts";
import type { StepView } from "../domain/run/step-view.ts";
import { shownUrl } from "../domain/shown-url.ts";
import type {
  AppV1Answer,
  AttemptV1Answer,
  EventV1Answer,
  FunctionV1Answer,
  JobV1Answer,
  MetadataAnswer,
  RunV1Answer,
  StepV1Answer,
} from "./answers.ts";
import { iso, isoOrNull } from "./moment.ts";

type Json = Record<string, unknown>;

const environmentId = "00000000-0000-4000-b000-000000000000";
const accountId = "00000000-0000-4000-a000-000000000000";

/** What most routes wrap their answer in. Nothing may be kept: `cached_until` is null. `now`: milliseconds since 1970. */
export function envelope(data: unknown, now: number): { data: unknown; metadata: Json } {
  return { data, metadata: { fetched_at: isoOrNull(now), cached_until: null } };
}

/** `fn`: null when the function is unknown by now. */
export function presentRun(run: RunRecord, fn: FunctionRecord | null): RunV1Answer {
  const json: RunV1Answer = {
    run_id: run.id,
    run_started_at: iso(run.startedAt ?? run.queuedAt),
    queued_at: isoOrNull(run.queuedAt),
    started_at: isoOrNull(run.startedAt),
    ended_at: isoOrNull(run.endedAt),
    function_id: run.functionId,
    function_slug: fn?.slug ?? null,
    function_version: fn?.version ?? 0,
    environment_id: environmentId,
    event_id: run.eventIds[0] ?? null,
    event_ids: run.eventIds,
    status: run.status,
    output: run.output === null ? null : JSON.parse(run.output),
    original_run_id: run.originalRunId,
    reason: run.reason,
  };
  if (run.cron !== null) json.cron = run.cron;
  return json;
}

export function presentAttempt(attempt: AttemptRecord): AttemptV1Answer {
  return {
    attempt: attempt.attempt,
    started_at: isoOrNull(attempt.startedAt),
    ended_at: isoOrNull(attempt.endedAt),
    retry_at: isoOrNull(attempt.retryAt),
    error: JSON.parse(attempt.error),
  };
}

/** `output` or `error`, as the memo says. Neither while the step has not ended. */
function presentMemo(memo: string | null): { output?: unknown; error?: unknown } {
  if (memo === null) return {};
  const value: unknown = JSON.parse(memo);
  if (typeof value !== "object" || value === null) return { output: value };
  if ("error" in value) return { error: value.error };
  return { output: "data" in value ? value.data : value };
}

/** An entry, of a run or a step. `attempt` stands there when it is about one alone. Both versions of the API show it so. */
export function presentMetadata({ stepId, attempt, kind, values }: MetadataRecord): MetadataAnswer {
  const scope = stepId === null ? "run" : "step";
  return { kind, scope, ...(attempt === null ? {} : { attempt }), values: JSON.parse(values) };
}

/** `attempts`: the failed ones of this step; `metadata`: of its run. */
export function presentStep(
  step: StepView,
  attempts: AttemptRecord[],
  metadata: readonly MetadataRecord[],
): StepV1Answer {
  return {
    id: step.id,
    name: step.displayName,
    op: step.op,
    status: step.status,
    attempts: step.attempts,
    queued_at: isoOrNull(step.queuedAt),
    started_at: isoOrNull(step.startedAt),
    ended_at: isoOrNull(step.endedAt),
    wakes_at: isoOrNull(step.wakesAt),
    retry_at: isoOrNull(step.retryAt),
    ...(step.detail === null ? {} : { detail: JSON.parse(step.detail) }),
    ...presentMemo(step.memo),
    failed_attempts: attempts.map(presentAttempt),
    metadata: metadata.filter(({ stepId }) => stepId === step.id).map(presentMetadata),
  };
}

/** `position` in the run's queue, from 0. */
export function presentJob(item: QueueItem, position: number): JobV1Answer {
  return { JobID: item.id, at: isoOrNull(item.dueAt), position, kind: item.kind, attempt: item.attempt };
}

export function presentEvent(event: EventRecord): EventV1Answer {
  const json: EventV1Answer = {
    internal_id: event.internalId,
    account_id: accountId,
    environment_id: environmentId,
    source: "",
    source_id: null,
    received_at: iso(event.receivedAt),
    id: event.id,
    name: event.name,
    data: JSON.parse(event.data),
    ts: event.ts,
  };
  if (event.v !== null) json.v = event.v;
  if (event.meta !== null) json.meta = JSON.parse(event.meta);
  if (event.user !== null) json.user = JSON.parse(event.user);
  return json;
}

/** The function as a server of the protocol describes it. */
export function presentFunctionConfig(fn: FunctionRecord): FunctionV1Answer["config"] {
  return {
    id: fn.id,
    fv: fn.version,
    name: fn.name,
    slug: fn.slug,
    triggers: fn.triggers,
    steps: [{ id: "step", name: "step", uri: shownUrl(fn.url), retries: fn.retries }],
  };
}

export function presentFunction(fn: FunctionRecord): FunctionV1Answer {
  return {
    internal_id: fn.id,
    env_id: environmentId,
    app_id: fn.appId,
    id: fn.slug,
    name: fn.name,
    config: presentFunctionConfig(fn),
    created_at: iso(fn.createdAt),
    archived_at: isoOrNull(fn.archivedAt),
  };
}

/** `functions`: how many it serves. */
export function presentApp(app: AppRecord, functions: number): AppV1Answer {
  return {
    id: app.id,
    name: app.name,
    url: shownUrl(app.url),
    sdk: app.sdk,
    framework: app.framework,
    app_version: app.appVersion,
    warnings: [...app.warnings],
    function_count: functions,
    synced_at: iso(app.syncedAt),
    created_at: iso(app.createdAt),
  };
}
