/** What the document says of runs in `/v2`. Read by ../route-docs. */
import type { RunActionName } from "../../answers.ts";
import {
  logLevelNames,
  logLine,
  run,
  runActionNames,
  runActions,
  runState,
  span,
  started,
  step,
  why,
} from "../../schema/run-schemas.ts";
import { anything, integer, list, object, oneOf, optional, type Schema, text, ulid } from "../../schema/schema.ts";
import { answer, asked, idOf, limitOf, nameOf, page, type RouteDocs } from "../route-doc.ts";
import { includeOutput, runsQuery } from "./filters.ts";

const logLimitMax = 1000;
export const logLimitDefault = 100;
export const runIdsMax = 100;
const actionIdsMax = 1000;

const id = idOf("run");

export const runActionsRequest: Schema<{ action: RunActionName; runIds: string[] }> = object({
  action: oneOf(runActionNames),
  runIds: list(ulid(), {
    minItems: 1,
    maxItems: actionIdsMax,
    expected: `a list of 1 to ${actionIdsMax} ids of runs`,
  }),
});

export const runDocs: RouteDocs = {
  "GET /v2/runs": {
    tag: "Runs",
    summary: "List runs",
    query: runsQuery,
    answers: { 200: page(run) },
    errors: ["app_not_found", "unknown_function", "invalid_expression"],
  },
  "GET /v2/runs/:id": {
    tag: "Runs",
    summary: "One run, with its output",
    path: { id },
    answers: { 200: answer(run) },
    errors: ["run_not_found"],
  },
  "GET /v2/runs/:id/trace": {
    tag: "Runs",
    summary: "Its steps and failed attempts, as a tree",
    path: { id },
    query: { includeOutput },
    answers: { 200: answer(span) },
    errors: ["run_not_found"],
  },
  "GET /v2/runs/:id/why": {
    tag: "Runs",
    summary: "What it waits for",
    path: { id },
    answers: { 200: answer(why) },
    errors: ["run_not_found"],
  },
  "GET /v2/runs/:id/steps/:step": {
    tag: "Runs",
    summary: "One step, with its result, its input and its failed attempts",
    path: { id, step: nameOf("Hash of the step's id, as its trace has it.") },
    answers: { 200: answer(step) },
    errors: ["run_not_found"],
  },
  "GET /v2/runs/:id/logs": {
    tag: "Runs",
    summary: "What its function logged",
    description: "The cursor is there at the end, too: ask again with it for what has come since.",
    path: { id },
    query: {
      cursor: asked(integer({ minimum: 0, default: 0, description: "Number of the line after which it goes on." })),
      limit: limitOf(logLimitMax, logLimitDefault),
      level: asked(oneOf(logLevelNames, { description: "This one and what is louder." })),
      stepId: asked(text({ description: "Lines of this step alone, by its hash." })),
    },
    answers: { 200: page(logLine) },
    errors: ["run_not_found"],
  },
  "GET /v2/runs/:id/stream": {
    tag: "Runs",
    summary: "How it goes on, as server-sent events, until it has ended",
    description:
      "`run` (as one of `/v2/runs`, with its output) and `step` (a span of its trace) say how they stand now, `log` is a line of its log, `end` the last event. Goes on after `Last-Event-ID`; 204 for who has seen the end.",
    path: { id },
    query: { after: asked(text({ description: "The same as the header `Last-Event-ID`." })) },
    answers: { 200: "stream", 204: "empty" },
    errors: ["run_not_found"],
  },
  "GET /v2/run-states": {
    tag: "Runs",
    summary: "Runs by their ids, each with what it waits for",
    description: "Those that are gone are left out.",
    query: {
      runId: asked(list(ulid(), { maxItems: runIdsMax, description: "Again and again, or with commas." })),
    },
    answers: { 200: page(runState) },
  },
  "POST /v2/run-actions": {
    tag: "Runs",
    summary: "Do one thing to runs that were picked",
    description:
      "`retry` and `drop` are for dead letters. Each run is done or not by itself; the answer says of each how it went.",
    body: { schema: runActionsRequest },
    answers: { 200: answer(runActions) },
  },
  "POST /v2/runs/:id/cancel": {
    tag: "Runs",
    summary: "End it",
    path: { id },
    answers: { 200: answer(started) },
    errors: ["run_not_found", "run_ended", "run_already_cancelled", "run_already_ended"],
  },
  "POST /v2/runs/:id/rerun": {
    tag: "Runs",
    summary: "Start it again, from the beginning or from one of its steps",
    path: { id },
    body: {
      isOptional: true,
      checkedBy: "engine",
      schema: object({
        fromStep: optional(
          object({
            stepId: text({ minLength: 1, description: "Of a step of the run, as its trace has it." }),
            input: optional(list(anything(), { description: "Arguments that its function is called with instead." })),
            output: optional(anything({ description: "Its result: then it is not run." })),
          }),
        ),
      }),
    },
    answers: { 200: answer(started) },
    errors: ["run_not_found", "step_not_found", "unknown_function"],
  },
};
