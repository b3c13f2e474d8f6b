/**
 * Events as the engine keeps them.
 */

export interface EventRecord {
  /** ULID, unique; made from the sender's seed where there is one, so that a repeated request makes the same. */
  internalId: string;
  /** The sender's own id; the internal one when it gave none. */
  id: string;
  name: string;
  /** `data` as JSON text (see stored-json), always an object. */
  data: string;
  /** Milliseconds since 1970. */
  ts: number;
  v: string | null;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

/** What conditions see of an event: its fields with `data` parsed. */
export function eventView(event: EventRecord): Record<string, unknown> {
  return {
    id: event.id,
    name: event.name,
    ts: event.ts,
    data: JSON.parse(event.data),
    user: {},
    ...(event.v === null ? {} : { v: event.v }),
  };
}
