/** How options name an event: by its name or by its event type. Types only. */
import type { ReceivedEvent } from "../protocol/event.ts";
import type { EventName, EventRecord, HandlerEvent } from "./event-record.ts";
import type { EventType } from "./event-type.ts";

/** An event's name, as the client's schemas or the engine know it, or an event type. */
export type EventReference<TEvents extends EventRecord> =
  | EventName<TEvents>
  | `inngest/${string}`
  // biome-ignore lint/suspicious/noExplicitAny: an event type with data of any kind
  | EventType<string, any>;

/** The event that a reference stands for, as it is received. */
export type ReferencedEvent<TEvents extends EventRecord, TReference> =
  TReference extends EventType<infer TName, infer TData>
    ? ReceivedEvent<TName, TData>
    : HandlerEvent<TEvents, TReference>;
