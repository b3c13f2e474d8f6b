/** Events and their types, as users declare them. */

export { eventMatch, toEventMatch } from "./event-match.ts";
export type {
  AnyEvents,
  EventData,
  EventName,
  EventRecord,
  SendableEvent,
} from "./event-record.ts";
export type { EventReference, ReferencedEvent } from "./event-reference.ts";
export type { FromSchemaRecord, SchemaRecord, ZodEvent, ZodEventRecord } from "./event-schemas.ts";
export { EventSchemas } from "./event-schemas.ts";
export type { CheckEvents, CreatedEvent, EventDetails } from "./event-type.ts";
export { EventType, eventType, invoke, isEventType } from "./event-type.ts";
export type { AnySchema, StandardSchemaV1 } from "./standard-schema.ts";
export { staticSchema } from "./static-schema.ts";
export type { AcceptedEvent } from "./validate-event.ts";
export { failStep, validateData, validateIncoming } from "./validate-event.ts";
