/**
 * Types of a client's events, by name. Types only: nothing here exists at run time.
 * Kept shallow on purpose, so that hundreds of events do not slow the compiler down.
 */
import type { EventPayload, ReceivedEvent } from "../protocol/event.ts";
import type { CreatedEvent } from "./event-type.ts";

/** Event names and the shape of each one's data. */
export type EventRecord = Record<string, { data?: unknown }>;

/** What a client without schemas accepts: any name, any data. */
// biome-ignore lint/suspicious/noExplicitAny: without schemas, data is whatever the user says it is
export type AnyEvents = Record<string, { data: any }>;

export type EventName<TEvents extends EventRecord> = keyof TEvents & string;

export type EventData<TEvents extends EventRecord, TName extends EventName<TEvents>> = TEvents[TName]["data"];

/** An event that the client may send: one of its own, or one that an `eventType()` made. */
export type SendableEvent<TEvents extends EventRecord> = DeclaredEvent<TEvents> | CreatedEvent;

type DeclaredEvent<TEvents extends EventRecord> = {
  [TName in EventName<TEvents>]: EventPayload<TName, EventData<TEvents, TName>> &
    DataRequired<EventData<TEvents, TName>>;
}[EventName<TEvents>];

type DataRequired<TData> = unknown extends TData ? unknown : undefined extends TData ? unknown : { data: TData };

/** An event as a handler gets it. */
export type HandlerEvent<TEvents extends EventRecord, TName> =
  TName extends EventName<TEvents>
    ? ReceivedEvent<TName, EventData<TEvents, TName>>
    : // biome-ignore lint/suspicious/noExplicitAny: a wildcard or an engine's event: its data is not declared
      ReceivedEvent<string, any>;
