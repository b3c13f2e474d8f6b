/** Schemas of what `/v1` answers. Used by the descriptions of routes. */
import type {
  AppV1Answer,
  AttemptV1Answer,
  CancellationV1Answer,
  EventV1Answer,
  FunctionV1Answer,
  JobV1Answer,
  RunV1Answer,
  StepV1Answer,
} from "../answers.ts";
import { trigger } from "./app-schemas.ts";
import { metadata } from "./run-schemas.ts";
import {
  anyObject,
  anything,
  integer,
  list,
  moment,
  named,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  text,
  ulid,
} from "./schema.ts";

const attemptV1: Schema<AttemptV1Answer> = named(
  "AttemptV1",
  object({
    attempt: integer(),
    started_at: nullable(moment()),
    ended_at: nullable(moment()),
    retry_at: nullable(moment()),
    error: anything(),
  }),
);

export const statusNamesV1 = ["Queued", "Running", "Completed", "Failed", "Cancelled", "Skipped"] as const;

export const runV1: Schema<RunV1Answer> = named(
  "RunV1",
  object({
    run_id: ulid(),
    run_started_at: moment(),
    queued_at: nullable(moment()),
    started_at: nullable(moment()),
    ended_at: nullable(moment()),
    function_id: text(),
    function_slug: nullable(text()),
    function_version: integer(),
    environment_id: text(),
    event_id: nullable(ulid()),
    event_ids: list(ulid()),
    status: oneOf(statusNamesV1),
    output: anything(),
    original_run_id: nullable(ulid()),
    reason: nullable(text()),
    cron: optional(text()),
    failed_attempts: optional(list(attemptV1)),
    metadata: optional(list(metadata)),
  }),
);

export const stepV1: Schema<StepV1Answer> = named(
  "StepV1",
  object({
    id: text(),
    name: text(),
    op: text(),
    status: text(),
    attempts: integer(),
    queued_at: nullable(moment()),
    started_at: nullable(moment()),
    ended_at: nullable(moment()),
    wakes_at: nullable(moment()),
    retry_at: nullable(moment()),
    detail: optional(anyObject()),
    output: optional(anything()),
    error: optional(anything()),
    failed_attempts: list(attemptV1),
    metadata: list(metadata),
  }),
);

export const jobV1: Schema<JobV1Answer> = named(
  "JobV1",
  object({ JobID: text(), at: nullable(moment()), position: integer(), kind: text(), attempt: integer() }),
);

export const eventV1: Schema<EventV1Answer> = named(
  "EventV1",
  object({
    internal_id: ulid(),
    account_id: text(),
    environment_id: text(),
    source: text(),
    source_id: { json: { type: "null" } } as Schema<null>,
    received_at: moment(),
    id: text(),
    name: text(),
    data: anything(),
    ts: integer(),
    v: optional(text()),
    meta: optional(anything()),
    user: optional(anything()),
  }),
);

export const appV1: Schema<AppV1Answer> = named(
  "AppV1",
  object({
    id: text(),
    name: text(),
    url: text(),
    sdk: text(),
    framework: text(),
    app_version: nullable(text()),
    warnings: list(text()),
    function_count: integer(),
    synced_at: moment(),
    created_at: moment(),
  }),
);

export const functionV1: Schema<FunctionV1Answer> = named(
  "FunctionV1",
  object({
    internal_id: text(),
    env_id: text(),
    app_id: text(),
    id: text(),
    name: text(),
    config: object({
      id: text(),
      fv: integer(),
      name: text(),
      slug: text(),
      triggers: list(trigger),
      steps: list(object({ id: text(), name: text(), uri: text(), retries: integer() })),
    }),
    created_at: moment(),
    archived_at: nullable(moment()),
  }),
);

export const cancellationV1: Schema<CancellationV1Answer> = named(
  "CancellationV1",
  object({
    id: ulid(),
    name: nullable(text()),
    kind: text(),
    function_id: nullable(text()),
    function_ids: nullable(list(text())),
    started_after: nullable(moment()),
    started_before: nullable(moment()),
    if: nullable(text()),
    status: text(),
    cancelled_count: integer(),
    queued_at: moment(),
    ended_at: nullable(moment()),
  }),
);
