/** What the document says of events in `/v2`. Read by ../route-docs. */
import { event, eventLine, sent, storedEvent } from "../../schema/event-schemas.ts";
import { run } from "../../schema/run-schemas.ts";
import {
  type AnySchema,
  anyObject,
  either,
  flag,
  integer,
  nullable,
  object,
  optional,
  text,
} from "../../schema/schema.ts";
import { answer, asked, cursor, idOf, limit, page, type RouteDocs, time } from "../route-doc.ts";

/** One that is sent. */
export const newEvent: AnySchema = object({
  name: text({ minLength: 1 }),
  data: optional(nullable(anyObject())),
  id: optional(nullable(text({ description: "Seen again within 24 hours, it starts nothing." }))),
  ts: optional(nullable(integer({ description: "When it happened, milliseconds since 1970." }))),
  v: optional(nullable(text())),
});

const id = idOf("event");

export const eventDocs: RouteDocs = {
  "POST /v2/events": {
    tag: "Events",
    summary: "Send an event",
    description: "The answer comes when it and the runs that it starts are on disk.",
    body: { schema: newEvent, checkedBy: "engine" },
    answers: { 201: answer(sent) },
    errors: ["invalid_event", "event_too_large", "too_many_events"],
  },
  "GET /v2/events": {
    tag: "Events",
    summary: "List events, newest first",
    query: {
      name: asked(text({ description: "With this name." })),
      from: time("Received not before."),
      until: time("Received before."),
      internal: asked(flag({ description: "Whether those of the engine itself come along.", default: true })),
      includeData: asked(flag({ description: "Whether what they hold comes along.", default: true })),
      cursor,
      limit,
    },
    answers: { 200: page(either(event, eventLine)) },
  },
  "GET /v2/events/:id": {
    tag: "Events",
    summary: "One event, and what it did not start although it matches",
    path: { id },
    answers: { 200: answer(storedEvent) },
    errors: ["event_not_found"],
  },
  "GET /v2/events/:id/runs": {
    tag: "Events",
    summary: "The runs that it started",
    path: { id },
    query: { includeOutput: asked(flag({ description: "Whether outputs come along.", default: true })) },
    answers: { 200: page(run) },
    errors: ["event_not_found"],
  },
};
