/** What a client's `send` and `sendSignal` take beside events and signals. Types only. */
import type { InngestFunction } from "../function/index.ts";
import type { EventSessions } from "../protocol/event.ts";
import type { SignalInput } from "./send-signal.ts";

/** What `send` takes beside the events. */
export interface SendOptions {
  /** Name of the environment to send to. Default: the client's. */
  env?: string;
}

/** What runs pass to `send`. Not for users. */
export interface RunSendOptions extends SendOptions {
  /** Gives the event-id seed of each request, counted from 0: the same seed gives the same event ids. */
  seed?: (request: number) => string;
  /** What the run's own events share. */
  sessions?: EventSessions;
  /** The function whose run sends: its middleware sees the events too. */
  fn?: InngestFunction;
}

/** What `sendSignal` takes. */
export interface SendSignalOptions extends SignalInput {
  /** Name of the environment to send to. Default: the client's. */
  env?: string;
}
