/**
 * Answers that begin before their end is known: 201 at once, a space every three seconds, then what was to be said.
 * They keep connections open that a proxy or a platform closes when nothing is heard. Used by create-handler.
 */
import { parseBoolean } from "../client/index.ts";
import { requestVersion } from "../protocol/version.ts";
import type { HandlerResponse } from "./handler-request.ts";

const KEEP_ALIVE_MS = 3_000;

/** Calls something again and again until what it returns is called. */
export type Every = (ms: number, tick: () => void) => () => void;

const everyInterval: Every = (ms, tick) => {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
};

/**
 * Whether to stream.
 * @param setting the option of `serve`, else `INNGEST_STREAMING`; undefined for neither.
 * @returns null when the adapter cannot do what is asked, or what is asked is unknown.
 */
export function streamingFor(setting: boolean | string | undefined, adapterStreams: boolean): boolean | null {
  if (setting === "allow") return adapterStreams;
  const wanted = setting === "force" || (typeof setting === "string" ? parseBoolean(setting) : (setting ?? false));
  return wanted && !adapterStreams ? null : wanted;
}

/** Streams an answer once it is there. `finished` must not reject. */
export function toStream(finished: Promise<HandlerResponse>, every: Every = everyInterval): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = (): void => {};
  let canceled = false;
  return new ReadableStream({
    start(controller) {
      stop = every(KEEP_ALIVE_MS, () => controller.enqueue(encoder.encode(" ")));
      void finished.then(({ status, headers, body }) => {
        stop();
        if (canceled) return;
        controller.enqueue(encoder.encode(JSON.stringify({ status, headers, body, version: requestVersion })));
        controller.close();
      });
    },
    cancel() {
      canceled = true;
      stop();
    },
  });
}
