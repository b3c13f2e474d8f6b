/** What the document says of what clients and SDKs use. Read by ../route-docs. */
import { anyObject, anything, either, flag, integer, list, object, optional, text } from "../../schema/schema.ts";
import { asked, idOf, nameOf, type RouteDoc, type RouteDocs } from "../route-doc.ts";
import { newEvent } from "./events.ts";

const tag = "Apps and SDKs";
const noKey: RouteDoc = { tag, summary: "Refused: the key is missing", answers: {}, errors: ["unauthorized"] };

export const protocolDocs: RouteDocs = {
  "POST /e/:key": {
    tag,
    summary: "Send one event or an array of them: all or none",
    path: { key: nameOf("An event key. In dev any will do.") },
    body: {
      schema: either({ json: newEvent.json }, list({ json: newEvent.json })),
      checkedBy: "engine",
      otherTypes: ["application/x-www-form-urlencoded", "multipart/form-data"],
    },
    answers: { 200: object({ ids: list(text()), status: integer() }) },
    errors: ["invalid_event", "event_too_large", "too_many_events"],
  },
  "POST /e": noKey,
  "POST /e/": noKey,
  "POST /invoke/:slug": {
    tag,
    summary: "Start one function",
    path: { slug: nameOf("Id of the function.") },
    body: { schema: object({ data: optional(anything()) }), checkedBy: "engine", isOptional: true },
    answers: { 200: object({ id: text(), status: integer(), run_id: text(), outcome: text() }) },
    errors: ["unknown_function", "start_refused", "invalid_event", "event_too_large"],
  },
  "GET /dev": {
    tag,
    summary: "How SDKs find a dev server. In dev mode only",
    answers: { 200: anyObject() },
    errors: ["not_found"],
  },
  "POST /fn/register": {
    tag,
    summary: "An app says what it serves",
    query: { deployId: asked(text()) },
    body: { schema: anyObject(), checkedBy: "engine" },
    answers: { 200: object({ ok: flag(), status: integer(), modified: flag(), app_id: text(), sync_id: text() }) },
    errors: ["invalid_registration", "invalid_expression"],
  },
  "DELETE /fn/remove": {
    tag,
    summary: "Remove an app",
    query: { url: asked(text({ description: "Where it is. Required." })) },
    answers: { 200: object({ ok: flag(), status: integer() }) },
    errors: ["app_not_found"],
  },
  "GET /v0/runs/:id/actions": {
    tag,
    summary: "Results of a run's steps, for its call",
    path: { id: idOf("run") },
    answers: { 200: anyObject() },
  },
  "GET /v0/runs/:id/batch": {
    tag,
    summary: "A run's events, for its call",
    path: { id: idOf("run") },
    answers: { 200: list(anyObject()) },
  },
  "DELETE /v0/runs/:id": {
    tag,
    summary: "End a run",
    path: { id: idOf("run") },
    answers: { 204: "empty" },
    errors: ["run_not_found", "run_ended"],
  },
  "POST /v1/checkpoint/:runId/async": {
    tag,
    summary: "An app saves steps while its call goes on",
    path: { runId: idOf("run") },
    body: { schema: anyObject(), checkedBy: "engine" },
    answers: { 200: "empty" },
    errors: ["run_not_found", "stale_call", "output_too_large", "state_too_large"],
  },
};
