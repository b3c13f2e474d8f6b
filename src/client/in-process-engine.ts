/** The type of an engine in the app's own process. Given to clients by `stepwell/in-process`. Types only. */

/** An engine in this process, which the client talks to instead of the one at its address. */
export interface InProcessEngine {
  /** Stands for its address, e.g. `http://in-process.invalid/`; ends in a slash. Nothing is sent there. */
  url: string;
  /** Answers the requests that the client and its functions make. */
  fetch: typeof fetch;
  /** Milliseconds since 1970, by the engine's clock. */
  now: () => number;
  /** Gives the event-id seed of each request. Default: a new one by chance. */
  seed?: () => string;
}
