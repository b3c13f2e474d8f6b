/** Reads server-sent events, and takes up a stream that was cut where it was. Called by the files beside it. */
import { EngineApiError } from "./engine-api-error.ts";
import { isPassing, pause, type Requester } from "./request.ts";
import type { StreamOptions } from "./requests.ts";

/** One event of a stream. */
export interface ServerEvent {
  event: string;
  data: unknown;
  /** By which the stream is taken up; "" for none. */
  id: string;
}

/** Delays of a request that a stream waits before it comes again. */
const delays = 5;

function parseFrame(frame: string): ServerEvent | null {
  const fields: Record<string, string> = {};
  for (const line of frame.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, "");
  }
  if (fields["data"] === undefined) return null;
  return { event: fields["event"] ?? "message", data: JSON.parse(fields["data"]), id: fields["id"] ?? "" };
}

/** Events of one answer. */
async function* framesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (let text = ""; ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const frames = text.split("\n\n");
      text = frames.pop() ?? "";
      for (const frame of frames) {
        const event = parseFrame(frame);
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * Ends after an event named `end`, when the engine says that there is no more, and when `signal` says so. A stream that was open once
 * waits for an engine that is away.
 */
export async function* readEvents(
  requester: Requester,
  path: string,
  { signal, onLost }: StreamOptions = {},
): AsyncGenerator<ServerEvent, void, void> {
  const isOver = (): boolean => signal?.aborted === true;
  const againMs = requester.retryDelayMs * delays;
  let wasOpen = false;
  for (let lastId = ""; !isOver(); ) {
    try {
      const headers = { accept: "text/event-stream", ...(lastId === "" ? {} : { "last-event-id": lastId }) };
      const { status, body } = await requester.send(path, { headers, ...(signal === undefined ? {} : { signal }) });
      if (status === 204 || body === null) return;
      wasOpen = true;
      for await (const event of framesOf(body)) {
        if (event.id !== "") lastId = event.id;
        yield event;
        if (event.event === "end") return;
      }
    } catch (error) {
      if (isOver()) return;
      // What cut the stream passes; what refuses it does not.
      if (error instanceof EngineApiError && !(wasOpen && isPassing(error))) throw error;
    }
    onLost?.();
    await pause(againMs, signal).catch(() => undefined);
  }
}
