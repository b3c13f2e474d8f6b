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
  /** What travels beside the data, as JSON text of an object: `sessions`. Null for nothing. */
  meta: string | null;
  /** Of an invocation by an older SDK, as JSON text of an object. Null: `{}`. */
  user: string | null;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

/** Of an event that the engine makes: it has nothing but its data. */
export const noExtras = { v: null, meta: null, user: null } as const;

/** What conditions see of an event: its fields with `data` parsed. */
export function eventView(event: EventRecord): Record<string, unknown> {
  return {
    id: event.id,
    name: event.name,
    ts: event.ts,
    data: JSON.parse(event.data),
    user: event.user === null ? {} : JSON.parse(event.user),
    ...(event.v === null ? {} : { v: event.v }),
    ...(event.meta === null ? {} : { meta: JSON.parse(event.meta) }),
  };
}
