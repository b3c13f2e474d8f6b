/** What the document says of `/v1`. Read by ../route-docs. */
import { metadata } from "../../schema/run-schemas.ts";
import {
  anyObject,
  anything,
  either,
  flag,
  integer,
  list,
  object,
  oneOf,
  optional,
  text,
} from "../../schema/schema.ts";
import {
  appV1,
  cancellationV1,
  eventV1,
  functionV1,
  jobV1,
  runV1,
  statusNamesV1,
  stepV1,
} from "../../schema/v1-schemas.ts";
import { answerV1, asked, cursor, idOf, limit, listV1, nameOf, pageV1, type RouteDocs, time } from "../route-doc.ts";
import { newEvent } from "./events.ts";
import { bulkBodyV1 } from "./filters.ts";

const tag = "Version 1";
const runId = { id: idOf("run") };
const eventId = { id: idOf("event") };

export const v1Docs: RouteDocs = {
  "GET /v1/events": {
    tag,
    summary: "List events",
    query: {
      name: asked(text({ description: "With this name." })),
      received_before: time("Received before."),
      received_after: time("Received after."),
      cursor,
      limit,
    },
    answers: { 200: pageV1(eventV1) },
  },
  "POST /v1/events": {
    tag,
    summary: "Send one event or an array of them, with an event key in the header: all or none",
    description:
      "One named inngest/function.cron starts the function with a cron that its data names, as `function`, or the only one.",
    body: { schema: either({ json: newEvent.json }, list({ json: newEvent.json })), checkedBy: "engine" },
    answers: { 200: object({ ids: list(text()), status: integer() }) },
    errors: ["invalid_event", "event_too_large", "too_many_events"],
  },
  "GET /v1/events/:id": {
    tag,
    summary: "One event",
    path: eventId,
    answers: { 200: answerV1(eventV1) },
    errors: ["event_not_found"],
  },
  "GET /v1/events/:id/runs": {
    tag,
    summary: "The runs that it started",
    path: eventId,
    answers: { 200: listV1(runV1) },
    errors: ["event_not_found"],
  },
  "GET /v1/runs": {
    tag,
    summary: "List runs",
    query: {
      status: asked(oneOf(statusNamesV1)),
      function: asked(text({ description: "Of this function." })),
      cursor,
      limit,
    },
    answers: { 200: pageV1(runV1) },
    errors: ["unknown_function"],
  },
  "GET /v1/runs/:id": {
    tag,
    summary: "One run",
    path: runId,
    answers: { 200: answerV1(runV1) },
    errors: ["run_not_found"],
  },
  "DELETE /v1/runs/:id": {
    tag,
    summary: "End it",
    path: runId,
    answers: { 200: "empty" },
    errors: ["run_not_found", "run_ended"],
  },
  "GET /v1/runs/:id/steps": {
    tag,
    summary: "Its steps, with results and failed attempts",
    path: runId,
    answers: { 200: listV1(stepV1) },
    errors: ["run_not_found"],
  },
  "GET /v1/runs/:id/jobs": {
    tag,
    summary: "What lies in the queue for it",
    path: runId,
    answers: { 200: listV1(jobV1) },
    errors: ["run_not_found"],
  },
  "POST /v1/runs/:id/metadata": {
    tag,
    summary: "Say more about it or one of its steps",
    path: runId,
    body: {
      checkedBy: "engine",
      schema: object({
        target: object({
          run_id: text(),
          step_id: optional(text()),
          step_index: optional(integer({ minimum: 0 })),
          step_attempt: optional(integer({ minimum: 0 })),
        }),
        metadata: list(object({ kind: text(), op: optional(oneOf(["set", "merge"])), values: anyObject() })),
      }),
    },
    answers: { 200: listV1(metadata) },
    errors: ["run_not_found", "metadata_too_large", "not_implemented"],
  },
  "GET /v1/apps": { tag, summary: "List apps", answers: { 200: listV1(appV1) } },
  "POST /v1/apps": {
    tag,
    summary: "Ask an app what it serves",
    body: { schema: object({ url: text({ description: "http or https." }) }), checkedBy: "engine" },
    answers: { 200: answerV1(object({ url: text(), modified: flag() })) },
    errors: ["sync_failed"],
  },
  "GET /v1/apps/:name/functions": {
    tag,
    summary: "Its functions",
    path: { name: nameOf("Name of the app.") },
    answers: { 200: list(functionV1) },
    errors: ["app_not_found"],
  },
  "GET /v1/cancellations": { tag, summary: "Cancellations of many runs", answers: { 200: listV1(cancellationV1) } },
  "POST /v1/cancellations": {
    tag,
    summary: "End many runs",
    body: bulkBodyV1,
    answers: { 201: answerV1(cancellationV1) },
    errors: ["app_not_found", "unknown_function", "invalid_expression"],
  },
  "DELETE /v1/cancellations/:id": {
    tag,
    summary: "Stop it",
    path: { id: idOf("cancellation") },
    answers: { 204: "empty" },
    errors: ["job_not_found", "job_ended"],
  },
  "POST /v1/signals": {
    tag,
    summary: "Send a signal to the run that waits for it",
    body: { schema: object({ signal: text({ minLength: 1 }), data: optional(anything()) }), checkedBy: "engine" },
    answers: { 200: answerV1(object({ run_id: text() })) },
    errors: ["signal_not_found", "event_too_large", "output_too_large"],
  },
};
