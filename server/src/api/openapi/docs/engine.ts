/** What the document says of the engine itself. Read by ../route-docs. */
import { limitNames } from "../../../core/limits/limits.ts";
import { engine, overview, storage } from "../../schema/app-schemas.ts";
import { metrics } from "../../schema/metrics-schemas.ts";
import { type AnySchema, anyObject, integer, list, object, oneOf, text } from "../../schema/schema.ts";
import { answer, asked, page, type RouteDocs, time } from "../route-doc.ts";

const tag = "Engine";
const environment = object({ id: text(), name: text(), type: text() });
const key = object({ id: text(), name: text(), environment });
const limits: AnySchema = object(Object.fromEntries(limitNames.map((name) => [name, integer()])));

export const engineDocs: RouteDocs = {
  "POST /mcp": {
    tag: "Engine",
    summary: "A message of the Model Context Protocol: tools for coding agents",
    body: { schema: anyObject(), checkedBy: "engine" },
    answers: { 200: anyObject(), 202: "empty" },
  },
  "GET /": {
    tag,
    summary: "What this is, and which routes there are",
    description: "Browsers get the page instead.",
    answers: { 200: object({ name: text(), version: text(), kind: text(), routes: list(text()) }) },
  },
  "GET /health": {
    tag,
    summary: "Whether the records are whole",
    answers: { 200: object({ status: integer(), message: text() }) },
  },
  "GET /docs": { tag, summary: "This document, for people", answers: { 200: "html" } },
  "GET /docs.css": { tag, summary: "How it looks", answers: { 200: "css" } },
  "GET /v2/openapi.json": { tag, summary: "This document", answers: { 200: anyObject() } },
  "GET /v2/health": {
    tag,
    summary: "Whether the records are whole",
    answers: { 200: answer(object({ status: oneOf(["ok"]) })) },
  },
  "GET /v2/engine": { tag, summary: "Its version, and how many calls are under way", answers: { 200: answer(engine) } },
  "GET /v2/overview": {
    tag,
    summary: "Whether everything is all right, in one answer",
    answers: { 200: answer(overview) },
  },
  "GET /v2/metrics": {
    tag,
    summary: "How functions went in a range of time, by minute, hour or day",
    query: {
      function: asked(text({ description: "Of this function alone." })),
      app: asked(text({ description: "Of the functions of this app." })),
      from: time("Beginning. Without it, a day before the end."),
      to: time("End. Without it, now."),
      bucket: asked(
        oneOf(["auto", "minute", "hour", "day"], {
          description: "Without it the range decides.",
          expected: "minute, hour or day; without it the range decides",
        }),
      ),
    },
    answers: { 200: answer(metrics) },
    errors: ["app_not_found", "unknown_function"],
  },
  "GET /metrics": { tag, summary: "What Prometheus reads", answers: { 200: "text" } },
  "GET /v2/storage": { tag, summary: "How much is kept", answers: { 200: answer(storage) } },
  "GET /v2/limits": { tag, summary: "The limits that hold", answers: { 200: answer(limits) } },
  "GET /v2/stream": {
    tag,
    summary: "What changes, as server-sent events",
    description:
      "Names runs, functions and kinds of things, never what they hold. Goes on after `Last-Event-ID`; who comes too late is told to load everything anew.",
    query: { after: asked(text({ description: "The same as the header `Last-Event-ID`." })) },
    answers: { 200: "stream" },
  },
  "GET /v2/keys/events": {
    tag,
    summary: "That there are event keys; never what they are",
    answers: { 200: page(key) },
  },
  "GET /v2/keys/signing": { tag, summary: "That there is a signing key", answers: { 200: page(key) } },
  "GET /v2/envs": { tag, summary: "The one environment", answers: { 200: page(environment) } },
};
