/** Schemas of what `/v2` answers about events. Used by the descriptions of routes. */
import type { EventAnswer, EventLineAnswer, SentAnswer, StoredEventAnswer } from "../answers.ts";
import { anything, integer, list, moment, named, nullable, object, type Schema, text, ulid } from "./schema.ts";

const eventFields = {
  id: ulid(),
  eventId: text({ description: "The sender's id." }),
  name: text(),
  data: anything(),
  ts: integer({ description: "Milliseconds since 1970." }),
  v: nullable(text()),
  meta: anything(),
  receivedAt: moment(),
};
export const event: Schema<EventAnswer> = named("Event", object(eventFields));

export const eventLine: Schema<EventLineAnswer> = named(
  "EventLine",
  object({ id: ulid(), eventId: text(), name: text(), ts: integer(), receivedAt: moment(), dataLength: integer() }),
);

export const storedEvent: Schema<StoredEventAnswer> = named(
  "StoredEvent",
  object({ ...eventFields, notStarted: list(object({ function: text(), reason: text(), at: moment() })) }),
);

export const sent: Schema<SentAnswer> = object({ eventId: ulid() });
