/**
 * Events: what a client sends, what the engine stores and hands to functions.
 */

/** An event as a client sends it. */
export interface EventPayload<TName extends string = string, TData = unknown> {
  /** What happened, e.g. `shop/order.created`. 1 to 512 characters; names that begin with `inngest/` are the engine's. */
  name: TName;
  /** Anything JSON that is an object. Default: `{}`. */
  data?: TData;
  /** Deduplicates: a second event with this id starts no second run of a function within 24 hours. */
  id?: string;
  /** Milliseconds since 1970. In the future, runs start then. Default: when it is received. */
  ts?: number;
  /** Version of the payload's shape, for the reader. */
  v?: string;
  meta?: EventMeta;
}

/** The id of a session that an event inherited. */
export type PropagatedEventSessionValue = string | number;

/** The id of a session, set by hand. Null cuts off what would be inherited. */
export type EventSessionValue = PropagatedEventSessionValue | null;

/** Ties events of one session together: names of sessions and their ids, e.g. `{ chat: "c-17" }`. */
export type EventSessions = Record<string, PropagatedEventSessionValue>;

/** What travels beside an event's data. */
export interface EventMeta {
  /** Set by hand. Null cuts off what would be inherited: one session, or all of them. */
  sessions?: Record<string, EventSessionValue> | null;
  /** Inherited from the events of the run that sent this one. */
  propagated_sessions?: EventSessions;
}

/** An event as a function receives it. */
export interface ReceivedEvent<TName extends string = string, TData = unknown> {
  name: TName;
  data: TData;
  id: string;
  ts: number;
  v?: string;
  meta?: EventMeta;
  /** Always an object; kept for older SDKs. */
  user?: Record<string, unknown>;
}

/** Names of the events that the engine itself sends. */
export const internalEvents = {
  functionInvoked: "inngest/function.invoked",
  functionFinished: "inngest/function.finished",
  functionFailed: "inngest/function.failed",
  functionCancelled: "inngest/function.cancelled",
  scheduledTimer: "inngest/scheduled.timer",
} as const;

/** Whether a name is reserved for the engine: it begins with `inngest/`, in any case. */
export function isInternalEventName(name: string): boolean {
  return name.slice(0, 8).toLowerCase() === "inngest/";
}

/** Answer of `POST /e/:key`. */
export interface SendEventResponse {
  ids: string[];
  status: number;
  error?: string;
}
