/** What `/v2` answers about events, as types. Re-exported by ../answers. Must import nothing. */

/** One of `/v2/events` that was asked for with `includeData=false`. */
export interface EventLineAnswer {
  /** The engine's id. */
  id: string;
  /** The sender's. */
  eventId: string;
  name: string;
  /** Milliseconds since 1970. */
  ts: number;
  receivedAt: string;
  /** Characters of its data, as JSON. */
  dataLength: number;
}

/** One of `/v2/events`. */
export interface EventAnswer {
  id: string;
  eventId: string;
  name: string;
  data: unknown;
  ts: number;
  v: string | null;
  meta: unknown;
  receivedAt: string;
}

/** `/v2/events/:id` */
export interface StoredEventAnswer extends EventAnswer {
  /** Functions that its name and condition match and that it did not start, and why. */
  notStarted: { function: string; reason: string; at: string }[];
}

/** `POST /v2/events` */
export interface SentAnswer {
  eventId: string;
}
