/**
 * What the queue items of each kind carry. How that is stored as text, domain/queue/queue-codec says.
 */
import type { OutgoingRequest } from "../outgoing-request.ts";

/** What a `request` item is to ask of another server for a step. Holds keys: never to be shown. */
export interface RequestPayload {
  kind: "fetch" | "ai";
  request: OutgoingRequest;
  /** Whether the end of its step calls the function at once, whatever else is pending. */
  isRace: boolean;
}

export interface WakePayload {
  /** Whether the end of its step calls the function at once, whatever else is pending. */
  isRace: boolean;
  /** Of a step that waits for an event: which one, and until when, milliseconds since 1970. Null for any other. */
  awaited: { event: string; until: number } | null;
}

/** How a wait ended. */
export type ResumePayload =
  /** What the run is to remember, a memo such as `{"data":1}`. */
  | { memo: { data: unknown } | { error: unknown } }
  /** Internal id of the event that came. */
  | { eventId: string }
  /** The invoked run, which has ended. */
  | { runId: string };

/** Which waits an event may end. */
export interface MatchScope {
  /** Internal id. */
  eventId: string;
  /** Waits numbered up to here, which were there when the event came. Null with `waitId`. */
  upTo: number | null;
  /** The only wait to look at: it was written just after the event. Null: all of them. */
  waitId: string | null;
}

export interface CancelPayload {
  /** For people. */
  reason: string;
  /** The store has ended the run already; what remains is to tell of it. */
  ended?: boolean;
}

export interface TimeoutPayload {
  kind: "start" | "finish";
  timeoutMs: number;
}

/** The tick of a cron or a schedule. */
export interface TickPayload {
  cron: string;
  /** Milliseconds since 1970, without the jitter. */
  tick: number;
}

/** An item that this engine cannot read: an engine of another release wrote it, or it is damaged. */
export interface UnreadablePayload {
  /** Kind and payload as they are stored. */
  kind: string;
  text: string | null;
  /** What is wrong with it, as a sentence. */
  fault: string;
}

/** By kind of item. */
export interface QueuePayloads {
  start: null;
  discover: null;
  step: null;
  request: RequestPayload;
  wake: WakePayload;
  resume: ResumePayload;
  match: MatchScope;
  cancel: CancelPayload;
  timeout: TimeoutPayload;
  debounce: { key: string };
  batch: { batchId: string };
  cron: TickPayload;
  schedule: TickPayload;
  bulk: { jobId: string };
  unreadable: UnreadablePayload;
}
