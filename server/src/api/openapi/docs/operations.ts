/** What the document says of what operators do in `/v2`. Read by ../route-docs. */
import {
  arrivingRules,
  bulkJob,
  count,
  deadLetter,
  deadLetterGroups,
  limitControlNames,
  limitOverride,
  missedRuleNames,
  pause,
  pauseScopes,
  queue,
  schedule,
} from "../../schema/operate-schemas.ts";
import { started } from "../../schema/run-schemas.ts";
import {
  type AnySchema,
  anyObject,
  anything,
  flag,
  integer,
  list as listOf,
  nullable,
  object,
  oneOf,
  optional,
  text,
  ulid,
} from "../../schema/schema.ts";
import { answer, asked, cursor, idOf, limit, page, type RouteDoc, type RouteDocs } from "../route-doc.ts";
import { appId, bulkBody, from, functionId, order, rerunsBody, until } from "./filters.ts";

const tag = "Operations";
const runId = { id: idOf("run") };
const jobId = { id: idOf("job") };
const scheduleId = { id: idOf("schedule") };
const done: AnySchema = object({ id: ulid() });

const reasons = { minLength: 1, maxLength: 500 };
const target = {
  scope: oneOf(pauseScopes),
  target: optional(nullable(text({ description: "Name of the app or id of the function; nothing for all." }))),
};
const missingTarget = { scope: optional(target.scope), target: target.target };
const targetErrors = ["app_not_found", "unknown_function"] as const;

const list = (summary: string, item: AnySchema): RouteDoc => ({ tag, summary, answers: { 200: page(item) } });
const getJob: RouteDoc = {
  tag,
  summary: "One of them",
  path: jobId,
  answers: { 200: answer(bulkJob) },
  errors: ["job_not_found"],
};
const stopJob: RouteDoc = {
  tag,
  summary: "Stop it",
  path: jobId,
  answers: { 200: answer(done) },
  errors: ["job_not_found", "job_ended"],
};
const startJob = (summary: string, body = bulkBody): RouteDoc => ({
  tag,
  summary,
  body,
  answers: { 201: answer(bulkJob) },
  errors: ["app_not_found", "unknown_function", "invalid_expression"],
});
const actOnSchedule = (summary: string, schema: AnySchema): RouteDoc => ({
  tag,
  summary,
  path: scheduleId,
  answers: { 200: answer(schema) },
  errors: ["schedule_not_found"],
});
const resume: RouteDoc = {
  tag,
  summary: "End a pause",
  body: { schema: object(missingTarget), isOptional: true, checkedBy: "engine" },
  answers: { 200: answer(object({ resumed: flag() })) },
  errors: targetErrors,
};

const limitTarget = {
  function: text({ description: "Id of the function." }),
  key: optional(
    nullable(
      text({ description: "Which of several concurrency limits, as `entry` of the function's limits names it." }),
    ),
  ),
};
const resetLimits: RouteDoc = {
  tag,
  summary: "Let limits be as the code has them",
  body: {
    schema: object({
      function: optional(limitTarget.function),
      control: optional(nullable(oneOf(limitControlNames, { description: "Default: all of the function." }))),
      key: limitTarget.key,
    }),
    isOptional: true,
    checkedBy: "engine",
  },
  answers: { 200: answer(object({ reset: listOf(limitOverride) })) },
  errors: ["unknown_function"],
};

export const operationDocs: RouteDocs = {
  "GET /v2/pauses": list("What is paused, by whom and why", pause),
  "POST /v2/pauses": {
    tag,
    summary: "Pause a function, an app or everything",
    body: {
      checkedBy: "engine",
      schema: object({
        ...target,
        reason: text(reasons),
        author: optional(text({ ...reasons, description: "Default: who asks, when that is a user or an API key." })),
        arriving: optional(oneOf(arrivingRules, { description: "Whether what comes meanwhile is held or skipped." })),
        running: optional(oneOf(["finish", "cancel"], { description: "What becomes of runs that have begun." })),
      }),
    },
    answers: { 201: answer(pause) },
    errors: targetErrors,
  },
  "DELETE /v2/pauses": {
    ...resume,
    query: { scope: asked(target.scope), target: asked(text({ description: "For clients that send no body." })) },
  },
  "POST /v2/pauses/resume": resume,

  "GET /v2/limit-overrides": list("Limits of functions that people have set over those of the code", limitOverride),
  "POST /v2/limit-overrides": {
    tag,
    summary: "Set a limit of a function over that of the code",
    description:
      "What waits goes by it at once, and what runs is left alone. A limit that the code does not have holds for runs that start from now on. Syncs leave it as it is.",
    body: {
      checkedBy: "engine",
      schema: object({
        ...limitTarget,
        control: oneOf(limitControlNames),
        limit: integer({ description: "For concurrency, 0 is no limit." }),
        period: optional(nullable(text({ description: "Of a throttle or a rate limit. Default: as it is." }))),
        burst: optional(nullable(integer({ description: "Of a throttle. Default: as it is." }))),
        reason: text(reasons),
        author: optional(text({ ...reasons, description: "Default: who asks, when that is a user or an API key." })),
      }),
    },
    answers: { 201: answer(limitOverride) },
    errors: ["unknown_function"],
  },
  "DELETE /v2/limit-overrides": {
    ...resetLimits,
    query: {
      function: asked(limitTarget.function),
      control: asked(oneOf(limitControlNames)),
      key: asked(text({ description: "For clients that send no body." })),
    },
  },
  "POST /v2/limit-overrides/reset": resetLimits,

  "GET /v2/dead-letters": {
    tag,
    summary: "Runs that failed for good, newest first",
    query: { appId, functionId, from, until, order, cursor, limit },
    answers: { 200: page(deadLetter) },
    errors: targetErrors,
  },
  "GET /v2/dead-letters/:id": {
    tag,
    summary: "One of them",
    path: runId,
    answers: { 200: answer(deadLetter) },
    errors: ["dead_letter_not_found"],
  },
  "DELETE /v2/dead-letters/:id": {
    tag,
    summary: "Forget it",
    path: runId,
    answers: { 200: answer(started) },
    errors: ["dead_letter_not_found"],
  },
  "POST /v2/dead-letters/:id/retry": {
    tag,
    summary: "Run it again",
    path: runId,
    body: {
      isOptional: true,
      checkedBy: "engine",
      schema: object({ data: optional(anyObject({ description: "Replaces the data of its event." })) }),
    },
    answers: { 200: answer(started) },
    errors: ["dead_letter_not_found", "run_not_found", "unknown_function", "event_too_large", "invalid_event"],
  },
  "POST /v2/dead-letters/retry": startJob("Run all again that a filter finds"),
  "POST /v2/dead-letters/drop": startJob("Forget all that a filter finds"),
  "GET /v2/dead-letter-count": { tag, summary: "How many there are, up to 99", answers: { 200: answer(count) } },
  "GET /v2/dead-letter-groups": {
    tag,
    summary: "Those that failed with the same, put together",
    description: "Of one function, with one name, and with messages that differ only in numbers, ids and quoted texts.",
    answers: { 200: answer(deadLetterGroups) },
  },

  "GET /v2/cancellations": list("Cancellations of many runs", bulkJob),
  "POST /v2/cancellations": startJob("End all runs that a filter finds"),
  "GET /v2/cancellations/:id": getJob,
  "DELETE /v2/cancellations/:id": stopJob,
  "GET /v2/reruns": list("Reruns of many runs", bulkJob),
  "POST /v2/reruns": startJob("Run all again that a filter finds", rerunsBody),
  "GET /v2/reruns/:id": getJob,
  "DELETE /v2/reruns/:id": stopJob,
  "GET /v2/bulk-jobs": list("Bulk jobs of all kinds", bulkJob),
  "GET /v2/bulk-jobs/:id": getJob,
  "DELETE /v2/bulk-jobs/:id": stopJob,

  "GET /v2/schedules": list("Schedules made at runtime", schedule),
  "POST /v2/schedules": {
    tag,
    summary: "Start a function, or send an event, on a schedule",
    body: {
      checkedBy: "engine",
      schema: object({
        cron: text({ description: "Five fields, optionally after `TZ=Area/City `." }),
        function: optional(nullable(text({ description: "Id of the function to start; this or `event`." }))),
        event: optional(nullable(text({ description: "Name of the event to send; this or `function`." }))),
        data: optional(anything({ description: "Data of the event, an object." })),
        name: optional(nullable(text({ description: "What to call it." }))),
        jitter: optional(anything({ description: 'Longest random delay, such as "30s".' })),
        missed: optional(nullable(oneOf(missedRuleNames, { description: "What becomes of ticks missed meanwhile." }))),
      }),
    },
    answers: { 201: answer(schedule) },
    errors: ["unknown_function", "invalid_event", "event_too_large"],
  },
  "GET /v2/schedules/:id": actOnSchedule("One of them", schedule),
  "DELETE /v2/schedules/:id": actOnSchedule("Remove it", done),
  "POST /v2/schedules/:id/pause": actOnSchedule("Pause it", schedule),
  "POST /v2/schedules/:id/resume": actOnSchedule("Resume it", schedule),

  "GET /v2/queue": {
    tag,
    summary: "What has not ended, by function and by what holds it",
    description: "Of the oldest open runs, some hundred; looked at once in two seconds, however many ask.",
    answers: { 200: answer(queue) },
  },
};
