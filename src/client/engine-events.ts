/** The events that the engine itself sends, as handlers receive them. Types only. */
import type { FailureEventData } from "../function/index.ts";
import type { ReceivedEvent } from "../protocol/event.ts";

/** Data of the event that says that a run has ended. */
export interface FinishedEventData extends Omit<FailureEventData, "error"> {
  /** What the run failed with; absent when it did not. */
  error?: FailureEventData["error"];
  /** What the function returned; null when it failed or was cancelled. */
  // biome-ignore lint/suspicious/noExplicitAny: the output of any function
  result?: any;
  /** Of a run that a step invoked: the step. */
  correlation_id?: string;
}

/** The event that says that a run has ended. */
export type FinishedEventPayload = ReceivedEvent<"inngest/function.finished", FinishedEventData>;

/** The event that starts `onFailure` handlers. */
export type FailureEventPayload = ReceivedEvent<"inngest/function.failed", FailureEventData>;

/** The event that starts scheduled runs. */
export type ScheduledTimerEventPayload = ReceivedEvent<"inngest/scheduled.timer", { cron: string }>;

/** All of them, by name. */
export interface EngineEvents {
  "inngest/function.failed": FailureEventPayload;
  "inngest/function.finished": FinishedEventPayload;
  "inngest/function.cancelled": ReceivedEvent<"inngest/function.cancelled", FinishedEventData>;
  // biome-ignore lint/suspicious/noExplicitAny: what any invocation passes
  "inngest/function.invoked": ReceivedEvent<"inngest/function.invoked", any>;
  "inngest/scheduled.timer": ScheduledTimerEventPayload;
}

/**
 * A record of events, less those that the engine sends.
 * @example
 * type Own = WithoutInternal<GetEvents<typeof inngest, true>>;
 */
export type WithoutInternal<TEvents> = Omit<TEvents, keyof EngineEvents>;
