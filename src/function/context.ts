/** What a handler is given. Types only. */

import type { EventRecord } from "../events/index.ts";
import type { ReceivedEvent } from "../protocol/event.ts";
import type { GroupTools, StepTools } from "../steps/index.ts";

/** What a logger may be given to write: anything. */
export type LogArg = unknown;

/** Where the SDK and handlers write. `console` is one. */
export interface Logger {
  debug(...args: LogArg[]): void;
  info(...args: LogArg[]): void;
  warn(...args: LogArg[]): void;
  error(...args: LogArg[]): void;
}

/** The argument of every handler. */
export interface Context<TEvents extends EventRecord = EventRecord, TEvent = ReceivedEvent> {
  /** The event that started the run; of a batch, the first. */
  event: TEvent;
  /** All events that started the run: one, unless events are batched. */
  events: [TEvent, ...TEvent[]];
  runId: string;
  /** Counts from 0; each step and the function between steps count for themselves. */
  attempt: number;
  /** Attempts in all, the first included. Absent when the engine does not say. */
  maxAttempts?: number;
  /** The request's id at the engine. Absent when the engine does not say. */
  requestId?: string;
  /** The id of the engine's job behind the request. Absent when the engine does not say. */
  jobId?: string;
  /**
   * What the run's events share of their sessions, at most 5. Absent when that is nothing, or when the client's
   * `sessionPropagation` is false. Read when something is sent: change it to change what is passed on.
   */
  sessions?: Record<string, string>;
  step: StepTools<TEvents>;
  /** What is said of several steps at once. */
  group: GroupTools;
  /** The client's logger. */
  logger: Logger;
}

/** Arguments of handlers in general. */
// biome-ignore lint/style/noNamespace: apps of the published SDK name these types so
export declare namespace Context {
  /** The argument of a handler with any events. */
  // biome-ignore lint/suspicious/noExplicitAny: the argument of any handler
  type Any = Context<any, any>;
}

/** A function's work. What it returns is kept as JSON. */
export type Handler<TEvents extends EventRecord = EventRecord, TEvent = ReceivedEvent> = (
  context: Context<TEvents, TEvent>,
) => unknown;

/** Handlers in general. */
// biome-ignore lint/style/noNamespace: apps of the published SDK name these types so
export declare namespace Handler {
  /** A handler of any events. */
  // biome-ignore lint/suspicious/noExplicitAny: a handler of any kind
  type Any = Handler<any, any>;
}

/** Data of the event that starts an `onFailure` handler. */
export interface FailureEventData {
  /** `<app id>-<function id>` of the function that failed. */
  function_id: string;
  run_id: string;
  error: { name: string; message: string; stack?: string; cause?: unknown };
  /** The event that started the failed run. */
  // biome-ignore lint/suspicious/noExplicitAny: the event of any trigger
  event: ReceivedEvent<string, any>;
  // biome-ignore lint/suspicious/noExplicitAny: the events of any trigger
  events?: ReceivedEvent<string, any>[];
}

/** The argument of an `onFailure` handler. */
export interface FailureContext<TEvents extends EventRecord = EventRecord>
  extends Context<TEvents, ReceivedEvent<"inngest/function.failed", FailureEventData>> {
  /** What the run failed with, rebuilt as an Error. `stepId`: the step that failed, when it was one and the engine says. */
  error: Error & { stepId?: string };
}

/** Runs once a run has failed for good, as a run of its own with one retry. */
export type FailureHandler<TEvents extends EventRecord = EventRecord, TAdded = unknown> = (
  context: FailureContext<TEvents> & TAdded,
) => unknown;
